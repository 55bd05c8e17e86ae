import Foundation

/// A key of AES-256-GCM that somebody keeps, with an id by which it is known again.
package struct EncryptionKey: Sendable {
    /// What is wrong with the file of a key.
    package struct FileError: Error, Sendable, CustomStringConvertible {
        /// Goes on after "The key file".
        package var problem: String
        /// Where, and what to do: for whoever runs the program.
        package var detail: String
        /// All of it.
        package var description: String { "The key file \(problem) (\(detail))." }
    }

    /// Encrypts and opens.
    package let cipher: AES256GCM
    /// By which a reader knows which key it takes, and nothing else of it.
    package let id: String

    /// A key of 32 bytes.
    ///
    /// - Parameter label: what it is for; ids of one key for two purposes differ.
    package init(bytes: [UInt8], label: String) throws(OpenSSLError) {
        cipher = try AES256GCM(key: bytes)
        id = String(HMAC.sha256(key: bytes, message: Array("daybook \(label) key id".utf8)).hex.prefix(16))
    }

    /// The key in a file of 64 hexadecimal digits, which must be closed to others than its owner.
    package init(file path: String, label: String) throws {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue else {
            throw FileError(problem: "cannot be read", detail: path)
        }
        guard mode & 0o077 == 0 else {
            throw FileError(problem: "can be used by others than its owner", detail: "run: chmod go= '\(path)'")
        }
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard let bytes = Hex.decode(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            bytes.count == AES256GCM.keyLength
        else {
            throw FileError(problem: "does not hold 64 hexadecimal digits", detail: path)
        }
        try self.init(bytes: bytes, label: label)
    }
}
