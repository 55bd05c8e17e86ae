package import Exports

/// Where exports are kept, and how they are made.
package struct ExportConfiguration: Sendable {
    /// The directory of their files.
    package var directory: String
    /// How they are made.
    package var settings: ExportSettings
}

extension ConfigurationSource {
    mutating func exportConfiguration(dataDirectory: String) -> ExportConfiguration {
        var settings = ExportSettings()
        settings.workers = integer(.exportWorkers, in: 0...64)
        settings.keepDays = integer(.exportDays, in: 1...3_650)
        return ExportConfiguration(
            directory: text(.exportDirectory) ?? "\(dataDirectory)/exports",
            settings: settings
        )
    }
}
