package import Logging

/// How a server logs, records requests, verifies and archives.
package struct WatchSettings: Sendable, Equatable {
    /// How log entries are written.
    package enum LogFormat: String, Sendable, CaseIterable {
        /// Lines of JSON on standard output.
        case json
        /// Lines for people on standard error.
        case text
    }

    /// Nil where it is left to the command.
    package var logFormat: LogFormat?
    /// Entries at or above it become events.
    package var eventLevel: Logger.Level
    /// Nil for the machine's name.
    package var node: String?
    /// Of a hundred requests that went well.
    package var sampledPercent: Int
    /// Events a second; 0 for none.
    package var verificationPace: Int
    package var archiveDirectory: String
    /// Nil where archives are not encrypted.
    package var archiveKeyFile: String?
    /// In days.
    package var retention: Int
    /// In days.
    package var auditRetention: Int
}

extension ConfigurationSource {
    mutating func watchSettings(dataDirectory: String) -> WatchSettings {
        WatchSettings(
            logFormat: text(.logFormat) == nil
                ? nil : choice(.logFormat, WatchSettings.LogFormat.allCases, named: \.rawValue),
            eventLevel: choice(.logEventLevel, Logger.Level.allCases, named: \.rawValue) ?? .info,
            node: nodeName(),
            sampledPercent: integer(.requestSampling, in: 0...100),
            verificationPace: integer(.verificationPace, in: 0...10_000_000),
            archiveDirectory: text(.archiveDirectory) ?? "\(dataDirectory)/archives",
            archiveKeyFile: text(.archiveKeyFile),
            retention: integer(.retention, in: 1...36_500),
            auditRetention: integer(.auditRetention, in: 365...36_500)
        )
    }

    private mutating func nodeName() -> String? {
        guard let name = text(.node) else { return nil }
        if name.count > 100 || name.unicodeScalars.contains(where: { $0.value < 33 || $0.value > 126 }) {
            refuse(.node, "must be at most 100 printable ASCII characters without blanks.")
        }
        return name
    }
}
