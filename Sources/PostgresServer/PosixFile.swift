#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few file operations that a cluster needs, with modes and owners that Foundation does not let one set at once.
enum PosixFile {
    /// What `lstat` or `stat` says, or nil where there is nothing.
    static func status(_ path: String, followingLinks: Bool = true) -> stat? {
        var result = stat()
        let outcome = followingLinks ? stat(path, &result) : lstat(path, &result)
        return outcome == 0 ? result : nil
    }

    static func isDirectory(_ path: String) -> Bool {
        guard let status = status(path) else { return false }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether the file may be executed by this process.
    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// The absolute path without links.
    static func resolved(_ path: String) throws(PrivateClusterError) -> String {
        guard let pointer = realpath(path, nil) else { throw .system("find \(path)", errno) }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// Makes the directory and those above it; whatever exists already is left as it is.
    static func makeDirectories(_ path: String, mode: mode_t) throws(PrivateClusterError) {
        if isDirectory(path) { return }
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        if !parent.isEmpty {
            try makeDirectories(path.hasPrefix("/") ? "/" + parent : parent, mode: mode)
        }
        if mkdir(path, mode) != 0, errno != EEXIST { throw .system("make the directory \(path)", errno) }
        guard isDirectory(path) else {
            throw PrivateClusterError(.unusableDataDirectory, "\(path) is in the way: it is not a directory.")
        }
        // Once more, because mkdir's mode is cut by the umask.
        if chmod(path, mode) != 0 { throw .system("set the mode of \(path)", errno) }
    }

    /// Makes one directory with this owner and mode, or corrects those of one that is there.
    static func makeDirectory(
        _ path: String,
        mode: mode_t,
        owner: (uid: uid_t, gid: gid_t)
    ) throws(PrivateClusterError) {
        if mkdir(path, mode) != 0, errno != EEXIST { throw .system("make the directory \(path)", errno) }
        guard let status = status(path, followingLinks: false), status.st_mode & S_IFMT == S_IFDIR else {
            throw PrivateClusterError(.unusableDataDirectory, "\(path) is in the way: it is not a directory.")
        }
        if status.st_uid != owner.uid, lchown(path, owner.uid, owner.gid) != 0 {
            throw .system("give \(path) to user \(owner.uid)", errno)
        }
        if status.st_mode & 0o7777 != mode, chmod(path, mode) != 0 { throw .system("set the mode of \(path)", errno) }
    }

    /// The text of a small file, or nil where it cannot be read; no more than the last `limit` bytes of it.
    static func text(_ path: String, limit: Int = 65_536) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        // Files of /proc and /sys have no size and cannot be sought: they are read from the start.
        _ = lseek(descriptor, max(0, size - off_t(limit)), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let count = bytes.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress.map { $0 + filled }, limit - filled)
            }
            if count <= 0 { break }
            filled += count
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }

    /// Puts a file in place in one step, so that no reader sees half of it and no planted link is followed.
    static func replace(_ path: String, with text: String, mode: mode_t) throws(PrivateClusterError) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system("write \(path)", errno) }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                let number = errno
                unlink(temporary)
                throw .system("write \(path)", number)
            }
            bytes = bytes.dropFirst(count)
        }
        if fchmod(descriptor, mode) != 0 || rename(temporary, path) != 0 { throw .system("write \(path)", errno) }
    }

    /// The names in a directory, sorted; none where it cannot be read.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
