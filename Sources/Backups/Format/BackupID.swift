import Events
import Foundation
import Time

/// How backups are named: by their time, so that a listing is in order, and by chance, so that two never meet.
enum BackupID {
    private static let characters = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)

    /// A new name: `20261126-043711-3f9c2a71`.
    static func make(_ now: Timestamp) -> String {
        let digits = now.rfc3339.prefix(19).filter(\.isNumber)
        return "\(digits.prefix(8))-\(digits.suffix(6))-\(UUIDv7.generate().uuidString.lowercased().suffix(8))"
    }

    /// Whether it may be one: nothing that leads elsewhere.
    static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(characters.contains) && !text.hasPrefix("-")
    }
}
