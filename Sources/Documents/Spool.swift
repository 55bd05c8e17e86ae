import Foundation

/// The file that blocks wait in until it is known how many pages there are. It has no name.
final class Spool {
    private static let chunk = 262_144
    private let directory: String
    private let descriptor: Int32
    private var block = BlockBytes()
    private var buffer: [UInt8] = []
    private var place = 0

    init(directory: String) throws(DocumentError) {
        self.directory = directory
        var name = Array("\(directory)/document.XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw DocumentError(.temporaryFile, directory, number: errno) }
        unlink(name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        buffer.reserveCapacity(Self.chunk)
    }

    deinit { close(descriptor) }

    /// Adds a block.
    func write(_ block: Block) throws(DocumentError) {
        self.block.removeAll()
        block.write(to: &self.block)
        withUnsafeBytes(of: self.block.bytes.count.littleEndian) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: self.block.bytes)
        if buffer.count >= Self.chunk { try flush() }
    }

    /// Ends writing.
    func complete() throws(DocumentError) { try flush() }

    /// Begins to read, from the first block.
    func rewind() throws(DocumentError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw DocumentError(.temporaryFile, directory, number: errno)
        }
        buffer.removeAll(keepingCapacity: true)
        place = 0
    }

    /// The next block; nil at the end.
    func read() throws(DocumentError) -> Block? {
        guard try fill(8) else { return nil }
        let size = buffer.withUnsafeBytes {
            Int(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Int.self))
        }
        place += 8
        guard try fill(size) else { throw damaged }
        var bytes = BlockBytes(Array(buffer[place..<(place + size)]))
        place += size
        guard let block = Block(&bytes) else { throw damaged }
        return block
    }

    private var damaged: DocumentError { DocumentError(.temporaryFile, "The temporary file is damaged.") }

    /// Whether there are so many bytes.
    private func fill(_ count: Int) throws(DocumentError) -> Bool {
        guard buffer.count - place < count else { return true }
        buffer.removeFirst(place)
        place = 0
        while buffer.count < count {
            let wanted = max(count - buffer.count, Self.chunk)
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { target, length in
                let read = Foundation.read(descriptor, target.baseAddress, wanted)
                failure = read < 0 ? errno : 0
                length = max(read, 0)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { throw DocumentError(.temporaryFile, directory, number: failure) }
            if chunk.isEmpty { return false }
            buffer += chunk
        }
        return true
    }

    private func flush() throws(DocumentError) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw DocumentError(.temporaryFile, directory, number: errno)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
