import Foundation

/// A file with a secret, which must be closed to everybody but its owner.
enum SecretFile {
    /// The text in a file, without white space around it.
    ///
    /// - Throws: `ConfigurationError` of the key that names the file.
    static func read(_ path: String, for key: ConfigurationKey) throws(ConfigurationError) -> Secret {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue,
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { throw refuse(key, "names a file that cannot be read: \(path)") }
        guard mode & 0o077 == 0 else {
            throw refuse(key, "names a file that others than its owner can use; run: chmod go= '\(path)'")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else { throw refuse(key, "names a file with nothing in it: \(path)") }
        return Secret(secret)
    }

    static func refuse(_ key: ConfigurationKey, _ message: String) -> ConfigurationError {
        ConfigurationError(problems: [ConfigurationError.Problem(key: key, message: message)])
    }
}
