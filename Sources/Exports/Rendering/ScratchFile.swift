import Files
import Foundation

/// A file that is being written from its beginning to its end, in pieces.
final class ScratchFile {
    private static let pieceSize = 1 << 18
    private let handle: FileHandle
    private let path: String
    /// What is written next.
    private var bytes: [UInt8] = []

    init(path: String) throws {
        self.path = path
        guard
            FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw ExportStorageError(.refused, "A file for an export cannot be made.", detail: path) }
        self.handle = handle
        bytes.reserveCapacity(Self.pieceSize + 65_536)
    }

    /// Takes what is appended to the bytes that it lends; they may hold some already.
    func write(_ body: (inout [UInt8]) throws -> Void) throws {
        try body(&bytes)
        if bytes.count >= Self.pieceSize { try flush() }
    }

    private func flush() throws {
        do { try handle.write(contentsOf: bytes) } catch { throw ExportStorageError(writing: error, path) }
        bytes.removeAll(keepingCapacity: true)
    }

    func close() throws {
        try flush()
        do { try handle.close() } catch { throw ExportStorageError(writing: error, path) }
    }
}
