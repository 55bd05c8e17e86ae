import Events
import Foundation
import OpenSSL

/// The file of an export, which may be handed out.
package struct ExportOffer: Sendable {
    /// The export.
    package let record: ExportRecord
    /// What the file is.
    package let file: ExportRecord.File
    /// How it would go out.
    var way: Events.Exports.Downloaded.Way
    /// The event that led to it, where it was sent to somebody.
    var cause: UUID?
}

/// The file of an export, or a part of it, about to be handed out.
package struct ExportDownload: Sendable {
    /// The export.
    package let record: ExportRecord
    /// What the file is.
    package let file: ExportRecord.File
    /// Which of its bytes.
    package let part: Range<Int64>
    let storage: any ExportStorage

    /// Hands over the bytes in pieces. The last piece of a whole file comes only where all of them are what was written; of
    /// a part nothing can be said before its reader has the whole.
    ///
    /// - Throws: `ExportError(.damaged)` where they are not; what was handed over then is not whole.
    package func read(_ body: ([UInt8]) async throws -> Void) async throws {
        var hash = SHA256()
        var held: [UInt8] = []
        var offset = part.lowerBound
        while offset < part.upperBound {
            let wanted = Int(min(Int64(storage.pieceSize), part.upperBound - offset))
            let bytes: [UInt8]
            do {
                bytes = try await storage.read(record.storedName, from: offset, count: wanted)
            } catch let error as ExportStorageError {
                throw ExportError(.unavailable, error.message)
            }
            guard bytes.count == wanted else { throw Self.damaged }
            hash.update(bytes)
            offset += Int64(wanted)
            if !held.isEmpty { try await body(held) }
            held = bytes
        }
        guard part.count < file.bytes || hash.finalize().hex == file.sha256 else { throw Self.damaged }
        if !held.isEmpty { try await body(held) }
    }

    /// All bytes of a small file.
    func bytes() async throws -> [UInt8] {
        var all: [UInt8] = []
        try await read { all += $0 }
        return all
    }

    private static let damaged = ExportError(.damaged, "The file is not what was written: have it made again.")
}
