package import Logging
import Time

/// What swift-log hands entries to: takes them down in the process's ``LogCore``.
package struct DaybookLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let core: LogCore
    private let label: String
    private var ownLevel: Logger.Level?

    /// A handler for the logger of a label, whose entries carry the ids of the request that they are said in.
    package init(label: String, _ core: LogCore, metadataProvider: Logger.MetadataProvider? = .ofRequest) {
        self.label = label
        self.core = core
        self.metadataProvider = metadataProvider
    }

    /// Makes every logger of the process write so. Once.
    package static func bootstrap(_ core: LogCore) {
        LoggingSystem.bootstrap(
            { DaybookLogHandler(label: $0, core, metadataProvider: $1) },
            metadataProvider: .ofRequest
        )
    }

    /// That of the process, which may change at any time, unless the logger was given one of its own.
    package var logLevel: Logger.Level {
        get { ownLevel ?? core.levels.threshold }
        set { ownLevel = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let isWritten = core.levels.writes(event.level)
        let isRecorded = core.levels.records(event.level)
        guard isWritten || isRecorded else { return }
        core.take(
            LogRecord(
                at: .now(),
                label: label,
                event: event,
                metadata: metadata,
                provided: metadataProvider?.get(),
                isWritten: isWritten,
                isRecorded: isRecorded
            )
        )
    }
}

/// An entry as it was taken down.
struct LogRecord: Sendable {
    var at: Timestamp
    var label: String
    var event: LogEvent
    /// The logger's own.
    var metadata: Logger.Metadata
    /// From the task that it was said in.
    var provided: Logger.Metadata?
    /// Whether it was at or above the level of the output when it was said.
    var isWritten = true
    /// Whether it was at or above the level of events.
    var isRecorded = true
}
