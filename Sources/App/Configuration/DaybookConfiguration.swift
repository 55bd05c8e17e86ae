package import Access
package import HTTPAPI
package import Logging
package import Redis

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// All that a Daybook process is told from outside, checked. Nothing else in the product reads the environment.
package struct DaybookConfiguration: Sendable {
    /// The database to use; nil means the private one under ``dataDirectory``.
    package var databaseURL: Secret?
    package var dataDirectory: String
    package var host: String
    /// 0 takes any free port.
    package var port: Int
    /// Where clients reach the server; nil where each request is believed.
    package var publicAddress: PublicAddress?
    package var institution: String
    package var logLevel: Logger.Level
    /// Nil where no outside issuer is trusted.
    package var tokens: TokenSettings?
    /// How people sign in to the console by that issuer; nil where they do not.
    package var openID: OpenIDSettings?
    package var databaseConnections: Int
    package var followerConnections: Int
    /// How long the database may take over a request's statement.
    package var statementTimeout: Duration
    /// In bytes.
    package var bodyLimit: Int
    package var postgresBinaries: String?
    /// How access decisions are recorded.
    package var decisions: DecisionLogSettings
    /// What servers keep of answers.
    package var caching: CacheSettings
    /// How the server watches itself.
    package var watching: WatchSettings
    /// The Redis that servers share; nil where there is none.
    package var redis: RedisConfiguration?
    /// How requests are limited.
    package var limits: LimitSettings
    /// Where backups go.
    package var backups: BackupSettings
    /// How exports are made.
    package var exports: ExportConfiguration
    /// Who may open how many WebSockets.
    package var sockets: SocketLimits
    /// By which ways people are told beside their inboxes.
    package var ways: WaySettings
    /// `PATH`'s directories, where PostgreSQL's programs are looked for last.
    package var programDirectories: [String]

    /// Reads the flags given and, for the rest, the environment.
    ///
    /// - Parameter defaults: values that take the place of a key's usual default
    /// - Throws: ``ConfigurationError``, with every problem there is
    package init(
        flags: [ConfigurationKey: String] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        defaults: [ConfigurationKey: String] = [:]
    ) throws(ConfigurationError) {
        var source = ConfigurationSource(flags: flags, environment: environment, defaults: defaults)
        databaseURL = source.databaseURL()
        dataDirectory = source.text(orDefault: .dataDirectory)
        host = source.text(orDefault: .host)
        port = source.integer(.port, in: 0...65_535)
        publicAddress = source.publicAddress()
        institution = source.institution()
        logLevel = source.choice(.logLevel, Logger.Level.allCases, named: \.rawValue) ?? .info
        tokens = source.tokenSettings()
        openID = source.openIDSettings(publicAddress)
        databaseConnections = source.integer(.databaseConnections, in: 2...1_000)
        followerConnections = source.integer(.followerConnections, in: 2...100)
        statementTimeout = .seconds(source.integer(.statementTimeout, in: 1...3_600))
        bodyLimit = source.integer(.bodyLimit, in: 1_024...104_857_600)
        postgresBinaries = source.text(.postgresBinaries)
        decisions = DecisionLogSettings(
            mode: source.choice(.decisionLog, DecisionLogSettings.Mode.allCases, named: \.rawValue) ?? .buffered
        )
        caching = source.cacheSettings()
        watching = source.watchSettings(dataDirectory: dataDirectory)
        redis = source.redis()
        limits = source.limitSettings()
        sockets = source.socketLimits()
        backups = source.backupSettings(dataDirectory: dataDirectory)
        exports = source.exportConfiguration(dataDirectory: dataDirectory, access: backups.access)
        ways = source.waySettings(institution: institution)
        programDirectories = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        guard source.problems.isEmpty else { throw ConfigurationError(problems: source.problems) }
    }
}

extension ConfigurationSource {
    fileprivate mutating func databaseURL() -> Secret? {
        guard let text = text(.databaseURL) else { return nil }
        guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") || text.contains("=") else {
            refuse(.databaseURL, "must be a postgresql:// URL or key=value pairs.")
            return nil
        }
        return Secret(text)
    }

    fileprivate mutating func redis() -> RedisConfiguration? {
        guard let text = text(.redisURL) else { return nil }
        do throws(RedisError) {
            return try RedisConfiguration(url: text)
        } catch {
            refuse(.redisURL, error.message)
            return nil
        }
    }

    fileprivate mutating func publicAddress() -> PublicAddress? {
        guard let text = text(.publicURL) else { return nil }
        let address = PublicAddress(url: text)
        if address == nil { refuse(.publicURL, "must be an https:// URL of a host and, if need be, a port.") }
        return address
    }

    fileprivate mutating func institution() -> String {
        let text = text(orDefault: .institution)
        if text.count > 200 || text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            refuse(.institution, "must be a name of at most 200 characters on one line.")
        }
        return text
    }
}
