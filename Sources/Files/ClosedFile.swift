import Foundation

/// A small file with a secret, which has to be closed to everybody but its owner.
package enum ClosedFile {
    /// Why it is not taken.
    package enum Problem: Error, Sendable, Hashable {
        /// It is not there, not text, or not to be read by this user.
        case unreadable
        /// Others than its owner can use it.
        case exposed
    }

    /// The text in a file, without white space around it.
    package static func text(_ path: String) throws(Problem) -> String {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue,
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { throw .unreadable }
        guard mode & 0o077 == 0 else { throw .exposed }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
