package import Foundation
package import MerkleLog
import OpenSSL
import Synchronization

/// The directory with the keys that sign checkpoints: one file a key, `<id>.key`, and `current`, which names the one
/// in use. Directory and files must be closed to everybody but their owner.
package final class KeyStore: Sendable {
    /// Where the keys are.
    package let directory: URL

    /// What tells one state of `current` from the next: it is replaced, never written in place.
    private struct Edition: Equatable {
        var file: UInt64
        var seconds: Int
        var nanoseconds: Int

        init?(of path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            file = UInt64(status.st_ino)
            #if canImport(Darwin)
                (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
            #else
                (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
            #endif
        }
    }

    private struct State {
        var key: SigningKey?
        var edition: Edition?
        /// The other keys here, read when somebody asks for them.
        var others: [SigningKey]?
    }
    private let state = Mutex(State())
    /// Those that are in no directory.
    private let held: [SigningKey]?

    /// Keys in a directory, which is made when the first key is.
    package init(directory: URL) {
        self.directory = directory
        held = nil
    }

    /// Keys that were exported, in memory alone: to be used, and never stored.
    package init(holding exported: [UInt8]) throws {
        directory = URL(fileURLWithPath: "/nowhere")
        let keys = try Self.keys(in: exported)
        guard !keys.isEmpty else { throw KeyStoreError.nothingToAdopt }
        held = keys
    }

    /// Whether there is a key.
    package var isEmpty: Bool { held == nil && !FileManager.default.fileExists(atPath: currentFile.path) }

    /// Whether the keys here were made for a log of which nothing is known to be recorded yet.
    var areForNewLog: Bool { FileManager.default.fileExists(atPath: newFile.path) }

    /// The log of these keys has events.
    func logIsThere() { unlink(newFile.path) }

    /// The key in use; read again when `current` has changed, so that a rotation by another process is followed.
    func current() throws -> SigningKey {
        if let key = held?.first { return key }
        // Asked for every batch, so without Foundation.
        let edition = Edition(of: currentFile.path)
        if let key = state.withLock({ edition != nil && $0.edition == edition ? $0.key : nil }) { return key }
        let id = try read(currentFile).trimmingCharacters(in: .whitespacesAndNewlines)
        guard id.count == 8, id.allSatisfy(\.isHexDigit) else {
            throw KeyStoreError(.malformed, "\(currentFile.path) does not name a key; restore it from a backup.")
        }
        let key = try SigningKey(encoded: read(file(of: id)).trimmingCharacters(in: .whitespacesAndNewlines))
        state.withLock { $0 = State(key: key, edition: edition) }
        return key
    }

    /// The key in use, if it has not been retired: a replica with a keys directory of its own must not go on with a key
    /// that another one has replaced.
    func current(unless retired: Set<String>) throws -> SigningKey {
        let key = try current()
        guard !retired.contains(key.id) else {
            throw KeyStoreError(
                .foreign,
                "The key \(key.id) in \(directory.path) was retired; copy the log's current keys directory here."
            )
        }
        return key
    }

    /// Makes a key and stores it, without using it yet.
    func create(origin: String) throws -> SigningKey {
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try checkClosed(directory)
        let (key, encoded) = try SigningKey.generate(origin: origin)
        try write(encoded + "\n", to: file(of: key.id))
        return key
    }

    /// Makes the first key and uses it, unless another process with the same directory is quicker.
    func createFirst(origin: String) throws {
        let key = try create(origin: origin)
        // Before there is a key in use: whoever finds one without this knows that it has signed.
        try write("", to: newFile)
        if try !write(key.id + "\n", to: currentFile, replacing: false) {
            try FileManager.default.removeItem(at: file(of: key.id))
        }
    }

    /// Uses a stored key from now on.
    func use(_ key: SigningKey) throws {
        try write(key.id + "\n", to: currentFile)
        state.withLock { $0 = State() }
    }

    /// Of ``secrets(for:)`` the one of the key in use, for what is made now: takes no other key.
    package func secret(for purpose: String) throws -> [UInt8] { try current().secret(for: purpose) }

    /// A secret of 32 bytes for another purpose, the same in every replica that shares the keys (RFC 5869's extract
    /// step is enough, since a key's seed is uniformly random): of the key in use, and of each of the others here, for
    /// what was made before a rotation and has to be known again.
    ///
    /// - Throws: ``KeyStoreError`` where any of the keys cannot be read.
    package func secrets(for purpose: String) throws -> (current: [UInt8], others: [[UInt8]]) {
        let key = try current()
        let others = try self.others(than: key)
        return (key.secret(for: purpose), others.map { $0.secret(for: purpose) })
    }

    /// The keys here that are not in use; read again after a rotation.
    private func others(than key: SigningKey) throws -> [SigningKey] {
        if let known = state.withLock({ $0.key?.id == key.id ? $0.others : nil }) { return known }
        let others = try all().filter { $0.id != key.id }
        state.withLock { if $0.key?.id == key.id { $0.others = others } }
        return others
    }

    /// A text, which ends in a newline, signed with the key in use, or another that is here: a signed note that others can
    /// check.
    package func signedNote(_ text: String, by id: String? = nil) throws -> String {
        try SignedNote(signing: text, with: [key(id).signer]).encoded
    }

    /// The verifiers of all keys here: what a local verification trusts.
    package func verifiers() throws -> [NoteVerifier] { try all().map(\.verifier) }

    /// Every key here and which is in use, in the form that ``adopt(_:)`` takes: secret. For a backup that is encrypted.
    package func exported() throws -> [UInt8] {
        let used = try current().id
        let keys = try all()
        let lines = keys.filter { $0.id == used } + keys.filter { $0.id != used }
        return Array(
            try lines.map { try read(file(of: $0.id)).trimmingCharacters(in: .whitespacesAndNewlines) + "\n" }
                .joined().utf8
        )
    }

    /// The verifiers of keys that could be taken over, without storing any.
    package static func verifiers(in exported: [UInt8]) throws -> [NoteVerifier] {
        try keys(in: exported).map(\.verifier)
    }

    private static func keys(in exported: [UInt8]) throws -> [SigningKey] {
        try String(decoding: exported, as: UTF8.self).split(separator: "\n").map { try SigningKey(encoded: String($0)) }
    }

    /// The id of the key that can go on signing for a log in which some keys may sign: the one in use, or another that is
    /// here.
    ///
    /// - Throws: ``KeyStoreError`` where none of them is here.
    package func keyID(among valid: Set<String>) throws -> String {
        let used = try current()
        if valid.contains(used.id) { return used.id }
        guard let other = try all().first(where: { valid.contains($0.id) && $0.origin == used.origin }) else {
            throw KeyStoreError(
                .foreign,
                "At that moment the log was signed with \(valid.sorted().joined(separator: ", ")), and "
                    + (held == nil
                        ? "\(directory.path) has no such key: put its file there, from where the keys were kept."
                        : "there is no such key among those that were given.")
            )
        }
        return other.id
    }

    /// The id of the key in use.
    package func usedKeyID() throws -> String { try current().id }

    /// Uses a stored key from now on.
    package func use(_ id: String) throws { try use(key(id)) }

    private func key(_ id: String?) throws -> SigningKey {
        guard let id else { return try current() }
        guard let key = try all().first(where: { $0.id == id }) else {
            throw KeyStoreError(
                .missing,
                "The key \(id) is not in \(directory.path): put its file there, from where the keys were kept."
            )
        }
        return key
    }

    /// Takes over the keys of another directory, or of a backup, into one that has none.
    package func adopt(_ exported: [UInt8]) throws {
        guard isEmpty else {
            throw KeyStoreError(.foreign, "\(directory.path) has keys already: name a directory that has none.")
        }
        let lines = String(decoding: exported, as: UTF8.self).split(separator: "\n")
        let keys = try Self.keys(in: exported)
        guard let first = keys.first else { throw KeyStoreError.nothingToAdopt }
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try checkClosed(directory)
        for (key, line) in zip(keys, lines) { try write("\(line)\n", to: file(of: key.id)) }
        logIsThere()
        try use(first)
    }

    /// The signed checkpoint of a log of a size, with the key in use, or another that is here.
    ///
    /// - Throws: ``KeyStoreError`` where the key is another log's.
    package func checkpoint(origin: String, size: Int64, root: Hash, by id: String? = nil) throws -> String {
        let key = try key(id)
        guard key.origin == origin else {
            throw KeyStoreError(
                .foreign,
                "The key \(key.id) in \(directory.path) is not one of the log \(origin): put that log's keys there."
            )
        }
        return try key.checkpoint(size: size, root: root)
    }

    private func all() throws -> [SigningKey] {
        if let held { return held }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return try names.filter { $0.hasSuffix(".key") }.sorted().map { name in
            let text = try read(directory.appendingPathComponent(name))
            return try SigningKey(encoded: text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    private var currentFile: URL { directory.appendingPathComponent("current") }
    private var newFile: URL { directory.appendingPathComponent("new") }

    private func file(of id: String) -> URL { directory.appendingPathComponent("\(id).key") }

    private func read(_ file: URL) throws -> String {
        try checkClosed(directory)
        try checkClosed(file)
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw KeyStoreError.unreadable(file.path)
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Written whole under another name, brought to the disk, then renamed: a power cut leaves the old or the new.
    ///
    /// - Returns: false if the file was there and was not to be replaced.
    @discardableResult
    private func write(_ text: String, to file: URL, replacing: Bool = true) throws -> Bool {
        let temporary = directory.appendingPathComponent(".\(file.lastPathComponent).\(UUID().uuidString)")
        let created = FileManager.default.createFile(
            atPath: temporary.path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        // No link: where root writes, somebody else may have put one here meanwhile.
        let descriptor = created ? open(temporary.path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1
        guard descriptor >= 0 else { throw KeyStoreError.unwritable(directory.path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Before it has its name: a server that may not read it would sign nothing any more.
        giveToOwner(descriptor)
        try handle.synchronize()
        try handle.close()
        guard replacing ? rename(temporary.path, file.path) == 0 : link(temporary.path, file.path) == 0 else {
            let isTaken = !replacing && errno == EEXIST
            unlink(temporary.path)
            if isTaken { return false }
            throw KeyStoreError(
                .inaccessible,
                "\(file.path) cannot be replaced: give it and its directory to the user that runs Daybook."
            )
        }
        if !replacing { unlink(temporary.path) }
        if let handle = FileHandle(forReadingAtPath: directory.path) {
            try? handle.synchronize()
            try? handle.close()
        }
        return true
    }

    private func attributes(of file: URL) throws -> [FileAttributeKey: Any] {
        do {
            return try FileManager.default.attributesOfItem(atPath: file.path)
        } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
            throw KeyStoreError(
                .missing,
                "\(file.path) does not exist: name the data directory that has the keys, or put them there from where they "
                    + "were kept."
            )
        } catch {
            throw KeyStoreError.unreadable(file.path)
        }
    }

    private func checkClosed(_ file: URL) throws {
        let mode = (try attributes(of: file)[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        guard mode & 0o077 == 0 else {
            throw KeyStoreError(
                .exposed,
                "\(file.path) can be used by others than its owner; run: chmod go= '\(file.path)'"
            )
        }
    }
}
