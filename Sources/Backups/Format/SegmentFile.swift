import LZ4Frames
import OpenSSL

/// The bytes of a file of a backup: "daybook segment 1".
///
/// A line with that name, then pieces: each its length in four bytes, most significant first, and an LZ4 frame of at
/// most a mebibyte; where the backup is locked, sealed by AES-256-GCM (nonce, ciphertext, tag) for exactly this place of
/// this file of this backup.
enum SegmentFile {
    static let pieceSize = 1 << 20
    /// Longer ones are no files of ours.
    static let lengthLimit = 256 << 20
    /// Nor is a file that is longer: what cannot be compressed takes a little more than it is long.
    static let fileLimit = lengthLimit + pieceSize
    private static let magic = Array("daybook segment 1\n".utf8)

    static func encode(_ content: [UInt8], name: String, backupID: String, _ cipher: AES256GCM?) throws -> [UInt8] {
        guard content.count <= lengthLimit else { throw damage(name, "would be longer than any that is read") }
        var file = magic
        file.reserveCapacity(content.count / 2)
        var index = 0
        for start in stride(from: 0, to: max(content.count, 1), by: pieceSize) {
            let end = min(start + pieceSize, content.count)
            var piece = try LZ4.compress(Array(content[start..<end]))
            if let cipher {
                piece = try cipher.seal(piece, context: context(backupID, name, index, isLast: end == content.count))
            }
            withUnsafeBytes(of: UInt32(piece.count).bigEndian) { file.append(contentsOf: $0) }
            file.append(contentsOf: piece)
            index += 1
        }
        return file
    }

    /// - Parameter length: how long the content is.
    static func decode(
        _ file: [UInt8],
        name: String,
        backupID: String,
        length: Int,
        _ cipher: AES256GCM?
    ) throws -> [UInt8] {
        guard length <= lengthLimit else { throw damage(name, "is longer than any") }
        guard file.starts(with: magic) else { throw damage(name, "is none of a backup") }
        var content: [UInt8] = []
        content.reserveCapacity(length)
        var offset = magic.count
        var index = 0
        while offset < file.count {
            guard file.count - offset >= 4 else { throw damage(name, "ends in the middle") }
            let size = file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            offset += 4
            guard size > 0, size <= file.count - offset else { throw damage(name, "ends in the middle") }
            var piece = Array(file[offset..<offset + size])
            offset += size
            if let cipher {
                let context = context(backupID, name, index, isLast: offset == file.count)
                do { piece = try cipher.open(piece, context: context) } catch {
                    throw damage(name, "was altered, or belongs elsewhere")
                }
            }
            do {
                content += try LZ4.decompress(piece, limit: min(pieceSize, length - content.count))
            } catch {
                throw damage(name, "cannot be read: \(error)")
            }
            index += 1
        }
        guard content.count == length else { throw damage(name, "holds \(content.count) bytes, not \(length)") }
        return content
    }

    private static func damage(_ name: String, _ what: String) -> BackupError {
        BackupError(.damaged, "The file \(name) \(what).")
    }

    private static func context(_ backupID: String, _ name: String, _ index: Int, isLast: Bool) -> [UInt8] {
        Array("daybook backup 1 \(backupID) \(name) \(index) \(isLast ? "last" : "more")".utf8)
    }
}
