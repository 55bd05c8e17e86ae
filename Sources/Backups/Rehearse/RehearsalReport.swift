package import JSON

/// What a rehearsal of a restore found.
package struct RehearsalReport: Sendable, Hashable {
    /// The backup.
    package var backupID: String
    /// In which repository.
    package var repository: String
    /// How many events were restored.
    package var events: Int64 = 0
    /// How many read models were compared.
    package var models: Int64 = 0
    /// How many rows differ from those that the log gives.
    package var differences: Int64 = 0
    /// What is wrong, in words; says nothing of what events hold.
    package var findings: [String] = []
    /// Whether the backup itself is damaged, so that it cannot be restored.
    var isDamaged = false
    /// How long it took.
    package var milliseconds: Int64 = 0

    /// Whether all was as it should be.
    package var passed: Bool { findings.isEmpty }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("backupId", backupID)
        json.member("repository", repository)
        json.member("passed", passed)
        json.member("events", events)
        json.member("models", models)
        json.member("differences", differences)
        json.member("findings", findings)
        json.member("milliseconds", milliseconds)
    }
}
