/// How the system is watched.
package struct MonitoringSettings: Sendable {
    /// The name of this server in what it records.
    package var node: String
    /// Whose file system is looked at.
    package var dataDirectory: String
    /// Whose file system is looked at as well, if it is another.
    package var archiveDirectory: String?
    /// How requests are recorded.
    package var requests = RequestSettings()
    /// Off only to measure what recording requests costs.
    package var recordsRequests = true
    /// How often health is looked at and alert rules are asked.
    package var interval = Duration.seconds(10)
    /// How many events a second the continuous verification re-hashes; 0 for none.
    package var verificationPace = 5_000
    /// The rules of alerts.
    package var rules = AlertRule.builtIn

    /// How many access decisions could not be recorded so far, told by whoever records them.
    package var lostDecisions: @Sendable () -> Int64 = { 0 }

    /// Whether archives cannot be written, told by whoever writes them.
    package var isArchivingFailing: @Sendable () -> Bool = { false }

    /// The usual.
    package init(node: String? = nil, dataDirectory: String) {
        self.node = node ?? Machine.hostName
        self.dataDirectory = dataDirectory
    }
}
