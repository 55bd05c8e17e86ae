import Files

/// A file with a secret, which must be closed to everybody but its owner.
enum SecretFile {
    /// The text in a file, without white space around it.
    ///
    /// - Throws: `ConfigurationError` of the key that names the file.
    static func read(_ path: String, for key: ConfigurationKey) throws(ConfigurationError) -> Secret {
        let secret: String
        do { secret = try ClosedFile.text(path) } catch {
            switch error {
            case .unreadable: throw refuse(key, "names a file that cannot be read: \(path)")
            case .exposed:
                throw refuse(key, "names a file that others than its owner can use; run: chmod go= '\(path)'")
            }
        }
        guard !secret.isEmpty else { throw refuse(key, "names a file with nothing in it: \(path)") }
        return Secret(secret)
    }

    static func refuse(_ key: ConfigurationKey, _ message: String) -> ConfigurationError {
        ConfigurationError(problems: [ConfigurationError.Problem(key: key, message: message)])
    }
}
