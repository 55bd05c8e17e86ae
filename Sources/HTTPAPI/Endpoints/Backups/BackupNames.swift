import JSON

extension StringRule {
    /// The name of a repository of backups.
    static let repositoryName = StringRule(1...60, AllowedCharacters("a-z0-9-"))
    /// The id of a backup, or of a schedule of backups.
    static let backupName = StringRule(1...64, AllowedCharacters("a-z0-9-"))
}
