/// One thing that can be configured: its environment variable, its flag if it has one, and what it means.
package struct ConfigurationKey: Sendable, Hashable {
    package let variable: String
    /// The command-line option that overrides the variable.
    package let flag: String?
    /// In words for the reader; the value itself where there is one.
    package let defaultValue: String
    package let summary: String
    /// A secret's value appears in no message, not even in the one that calls it wrong.
    package let isSecret: Bool

    private init(
        _ variable: String,
        flag: String? = nil,
        defaultValue: String,
        isSecret: Bool = false,
        _ summary: String
    ) {
        self.variable = variable
        self.flag = flag
        self.defaultValue = defaultValue
        self.summary = summary
        self.isSecret = isSecret
    }
}

extension ConfigurationKey {
    package static let databaseURL = ConfigurationKey(
        "DATABASE_URL",
        defaultValue: "a private PostgreSQL under the data directory",
        isSecret: true,
        "The PostgreSQL 15 database to use, as a postgresql:// URL or key=value pairs; several hosts may be named."
    )
    package static let dataDirectory = ConfigurationKey(
        "DAYBOOK_DATA_DIR",
        flag: "--data-dir",
        defaultValue: ".daybook",
        "The directory of the signing keys and of the private PostgreSQL."
    )
    package static let host = ConfigurationKey(
        "DAYBOOK_HOST",
        flag: "--host",
        defaultValue: "127.0.0.1",
        "The address to listen on. 0.0.0.0 or :: reaches all networks: put TLS in front."
    )
    package static let port = ConfigurationKey(
        "DAYBOOK_PORT",
        flag: "--port",
        defaultValue: "8080",
        "The port to listen on; 0 takes any that is free."
    )
    package static let institution = ConfigurationKey(
        "DAYBOOK_INSTITUTION",
        flag: "--institution",
        defaultValue: "Daybook Institution",
        "The institution's name, as people read it."
    )
    package static let logLevel = ConfigurationKey(
        "DAYBOOK_LOG_LEVEL",
        flag: "--log-level",
        defaultValue: "info",
        "How much is logged: trace, debug, info, notice, warning, error or critical."
    )
    package static let keySet = ConfigurationKey(
        "DAYBOOK_JWKS",
        defaultValue: "none: only Daybook's own tokens",
        "The JSON Web Key Set that signs people's tokens: a file, or an https:// URL that is read again as keys change."
    )
    package static let tokenIssuer = ConfigurationKey(
        "DAYBOOK_JWT_ISSUER",
        defaultValue: "none",
        "The `iss` that tokens must have. Needed with DAYBOOK_JWKS."
    )
    package static let tokenAudience = ConfigurationKey(
        "DAYBOOK_JWT_AUDIENCE",
        defaultValue: "none",
        "The `aud` that tokens must have. Needed with DAYBOOK_JWKS."
    )
    package static let clockSkew = ConfigurationKey(
        "DAYBOOK_JWT_CLOCK_SKEW_SECONDS",
        defaultValue: "30",
        "By how many seconds the issuer's clock may differ from ours; at most 300."
    )
    package static let databaseConnections = ConfigurationKey(
        "DAYBOOK_DATABASE_CONNECTIONS",
        defaultValue: "16",
        "How many database connections requests share."
    )
    package static let followerConnections = ConfigurationKey(
        "DAYBOOK_FOLLOWER_CONNECTIONS",
        defaultValue: "4",
        "How many database connections projections and followers share."
    )
    package static let bodyLimit = ConfigurationKey(
        "DAYBOOK_MAX_BODY_BYTES",
        defaultValue: "1048576",
        "The longest request body; a longer one is refused with 413."
    )
    package static let postgresBinaries = ConfigurationKey(
        "DAYBOOK_POSTGRES_BIN",
        defaultValue: "searched for",
        "The directory of PostgreSQL 15's server programs, for the private PostgreSQL."
    )

    /// Every key, in the order in which a reader wants them.
    package static let all: [ConfigurationKey] = [
        databaseURL, dataDirectory, host, port, institution, logLevel, keySet, tokenIssuer, tokenAudience, clockSkew,
        databaseConnections, followerConnections, bodyLimit, postgresBinaries,
    ]
}
