import App
import ArgumentParser
import Logging
import Monitoring

/// Which Daybook a command is about. What is not given comes from the environment.
struct DatabaseOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The directory of the signing keys and of the private PostgreSQL.",
            discussion: "Also DAYBOOK_DATA_DIR. With DATABASE_URL set, that database is used instead of a private one.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var dataDir: String?

    @Option(
        help: ArgumentHelp(
            "How much is logged on standard error: trace, debug, info, notice, warning, error or critical.",
            discussion: "Also DAYBOOK_LOG_LEVEL.",
            valueName: "level"
        )
    )
    var logLevel: String?

    /// The configuration of flags and environment, with logging set up as it says.
    ///
    /// - Parameters:
    ///   - flags: those of the command beside these.
    ///   - quietly: whether nothing but errors is logged unless asked for.
    func configuration(
        _ flags: [ConfigurationKey: String?] = [:],
        logLevel level: Logger.Level,
        _ console: Console
    ) throws -> DaybookConfiguration {
        let configuration = try read(flags, logLevel: level, console)
        PlainLogHandler.bootstrap(level: configuration.logLevel, console.errors)
        return configuration
    }

    /// The same for a server, whose log entries become events too, and whose level may change while it runs.
    ///
    /// - Returns: also where the entries go; to be flushed at the end.
    func servingConfiguration(
        _ flags: [ConfigurationKey: String?],
        _ console: Console
    ) throws -> (DaybookConfiguration, LogCore) {
        let configuration = try read(flags, logLevel: .info, console)
        let levels = LogLevels(output: configuration.logLevel, events: configuration.watching.eventLevel)
        let logs =
            switch configuration.watching.logFormat ?? (console.isJSON ? .json : .text) {
            case .json: LogCore.standardOutput(levels)
            case .text: LogCore(levels: levels, form: PlainLogHandler.line) { try? console.errors.write($0) }
            }
        DaybookLogHandler.bootstrap(logs)
        return (configuration, logs)
    }

    private func read(
        _ flags: [ConfigurationKey: String?],
        logLevel level: Logger.Level,
        _ console: Console
    ) throws -> DaybookConfiguration {
        var given = flags.compactMapValues { $0 }
        if let dataDir { given[.dataDirectory] = dataDir }
        if let logLevel { given[.logLevel] = logLevel }
        return try DaybookConfiguration(
            flags: given,
            defaults: [.logLevel: console.isQuiet ? Logger.Level.error.rawValue : level.rawValue]
        )
    }
}
