import Foundation

/// The file that a document goes to: new, closed to others, and gone if it does not come to an end.
final class OutputFile {
    let path: String
    private static let chunk = 262_144
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isOpen = true
    /// The number of the system's error that ended writing; 0: none.
    private(set) var failure: Int32 = 0

    init(_ path: String) throws(DocumentError) {
        // Before there is an object, whose end would remove a file that is not ours.
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DocumentError(.file, path, number: errno) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { discard() }

    /// Adds bytes; what fails is kept in ``failure``, and nothing is written after it.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Cairo gives a few bytes at a time.
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.chunk { flush() }
        return failure == 0
    }

    /// The length so far.
    var length: Int {
        flush()
        return Int(lseek(descriptor, 0, SEEK_END))
    }

    /// Some of the bytes that were written.
    func read(_ count: Int, at offset: Int) -> [UInt8] {
        flush()
        return [UInt8](unsafeUninitializedCapacity: count) { target, length in
            length = max(pread(descriptor, target.baseAddress, count, offset), 0)
        }
    }

    /// Refuses if anything could not be written.
    func check() throws(DocumentError) {
        guard failure == 0 else { throw DocumentError(.file, path, number: failure) }
    }

    /// Ends the file.
    func close() throws(DocumentError) {
        flush()
        try check()
        guard isOpen else { return }
        isOpen = false
        guard Foundation.close(descriptor) == 0 else {
            let number = errno
            unlink(path)
            throw DocumentError(.file, path, number: number)
        }
    }

    /// Removes the file unless it is ended.
    func discard() {
        guard isOpen else { return }
        isOpen = false
        _ = Foundation.close(descriptor)
        unlink(path)
    }

    private func flush() {
        buffer.withUnsafeBytes { bytes in
            var written = 0
            while failure == 0, written < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count > 0 { written += count } else if errno != EINTR { failure = errno == 0 ? EIO : errno }
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
