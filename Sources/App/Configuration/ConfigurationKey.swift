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

    init(
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
    package static let publicURL = ConfigurationKey(
        "DAYBOOK_PUBLIC_URL",
        defaultValue: "what each request says in its Host field",
        "The https:// origin under which clients reach the server, without a path."
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
    package static let statementTimeout = ConfigurationKey(
        "DAYBOOK_STATEMENT_TIMEOUT_SECONDS",
        defaultValue: "15",
        "How long the database may take over a request's statement; one that takes longer is stopped, and answered with 503."
    )
    package static let bodyLimit = ConfigurationKey(
        "DAYBOOK_MAX_BODY_BYTES",
        defaultValue: "1048576",
        "The longest request body, where an endpoint has no limit of its own; a longer one is refused with 413."
    )
    package static let postgresBinaries = ConfigurationKey(
        "DAYBOOK_POSTGRES_BIN",
        defaultValue: "searched for",
        "The directory of PostgreSQL 15's server programs, for the private PostgreSQL."
    )

    package static let logFormat = ConfigurationKey(
        "DAYBOOK_LOG_FORMAT",
        defaultValue: "json with --json, else text",
        "How `serve` logs: `json` lines on standard output, or `text` on standard error."
    )
    package static let logEventLevel = ConfigurationKey(
        "DAYBOOK_LOG_EVENT_LEVEL",
        defaultValue: "info",
        "Log entries at or above this level become events."
    )
    package static let node = ConfigurationKey(
        "DAYBOOK_NODE",
        defaultValue: "the machine's name",
        "The name of this server in what it records of itself."
    )
    package static let requestSampling = ConfigurationKey(
        "DAYBOOK_REQUEST_SAMPLING_PERCENT",
        defaultValue: "100",
        "How many of a hundred requests that went well are recorded. Those that did not always are."
    )
    package static let decisionLog = ConfigurationKey(
        "DAYBOOK_DECISION_LOG",
        defaultValue: "buffered",
        "How access decisions are recorded: `buffered` shortly after, `strict` before the answer is given, or `off`."
    )
    package static let verificationPace = ConfigurationKey(
        "DAYBOOK_VERIFY_EVENTS_PER_SECOND",
        defaultValue: "5000",
        "The pace of the continuous verification; 0 for none."
    )
    package static let archiveDirectory = ConfigurationKey(
        "DAYBOOK_ARCHIVE_DIR",
        defaultValue: "archives in the data directory",
        "Where archived payloads go."
    )
    package static let archiveKeyFile = ConfigurationKey(
        "DAYBOOK_ARCHIVE_KEY_FILE",
        defaultValue: "none: archives are not encrypted",
        "A file, closed to others, with 64 hexadecimal digits: the AES-256 key of archives."
    )
    package static let retention = ConfigurationKey(
        "DAYBOOK_LOG_RETENTION_DAYS",
        defaultValue: "30",
        "For how many days payloads of log entries, requests and health checks are kept at least; 1 or more."
    )
    package static let auditRetention = ConfigurationKey(
        "DAYBOOK_AUDIT_RETENTION_DAYS",
        defaultValue: "2555",
        "For how many days payloads about who looked at or asked for what are kept at least; 365 or more."
    )

    package static let redisURL = ConfigurationKey(
        "REDIS_URL",
        defaultValue: "none: each server counts for itself, and has a cache of its own",
        isSecret: true,
        "The Redis that servers share: redis://[user:password@]host[:port][/database], or unix:///path/to/socket. "
            + "rediss:// is refused: the client has no TLS."
    )
    package static let rateLimits = ConfigurationKey(
        "DAYBOOK_RATE_LIMITS",
        defaultValue: "on",
        "Whether requests are limited: `on` or `off`."
    )
    package static let rateLimitsWithoutRedis = ConfigurationKey(
        "DAYBOOK_RATE_LIMITS_WITHOUT_REDIS",
        defaultValue: "local",
        "What becomes of limits where Redis is configured and away: `local` keeps this server's share, `refuse` answers 503."
    )
    package static let replicas = ConfigurationKey(
        "DAYBOOK_REPLICAS",
        defaultValue: "1",
        "How many servers there are: where they do not count together, each keeps that part of every limit."
    )
    package static let trustedProxies = ConfigurationKey(
        "DAYBOOK_TRUSTED_PROXIES",
        defaultValue: "none",
        "Reverse proxies, as addresses or networks separated by commas, whose Forwarded or X-Forwarded-For is believed."
    )
    package static let webOrigins = ConfigurationKey(
        "DAYBOOK_WEB_ORIGINS",
        defaultValue: "the server's own",
        "Origins of web pages that may open WebSockets, such as https://console.school.example, separated by commas."
    )
    package static let sockets = ConfigurationKey(
        "DAYBOOK_MAX_SOCKETS",
        defaultValue: "10000",
        "How many WebSockets may be open at once."
    )
    package static let socketsPerUser = ConfigurationKey(
        "DAYBOOK_MAX_SOCKETS_PER_USER",
        defaultValue: "20",
        "How many WebSockets of one user may be open at once."
    )
    package static let cacheBytes = ConfigurationKey(
        "DAYBOOK_CACHE_BYTES",
        defaultValue: "67108864",
        "How many bytes of memory the cache may take in each server, with all that it keeps beside the values; 0 turns "
            + "it off."
    )
    package static let smtpURL = ConfigurationKey(
        "DAYBOOK_SMTP_URL",
        defaultValue: "none: no e-mail is sent",
        "The mail server: smtp://host:587, encrypted by STARTTLS, or smtps://host:465. A path names this machine to it."
    )
    package static let smtpUser = ConfigurationKey(
        "DAYBOOK_SMTP_USER",
        defaultValue: "none: no sign-in",
        "The user at the mail server."
    )
    package static let smtpPassword = ConfigurationKey(
        "DAYBOOK_SMTP_PASSWORD",
        defaultValue: "none",
        isSecret: true,
        "The user's password; better in a file."
    )
    package static let smtpPasswordFile = ConfigurationKey(
        "DAYBOOK_SMTP_PASSWORD_FILE",
        defaultValue: "none",
        "A file, closed to others, with the user's password at the mail server."
    )
    package static let smtpSecurity = ConfigurationKey(
        "DAYBOOK_SMTP_TLS",
        defaultValue: "required",
        "Whether the mail server has to encrypt: `required` or `off`."
    )
    package static let mailFrom = ConfigurationKey(
        "DAYBOOK_MAIL_FROM",
        defaultValue: "none; needed with DAYBOOK_SMTP_URL",
        "Whom e-mail comes from: an address, or a name and one as in Office <office@school.example>."
    )
    package static let mailUnsubscribe = ConfigurationKey(
        "DAYBOOK_MAIL_UNSUBSCRIBE_URL",
        defaultValue: "none",
        "The https:// page on which recipients say what they want, named in each e-mail (List-Unsubscribe)."
    )
    package static let webhookURL = ConfigurationKey(
        "DAYBOOK_WEBHOOK_URL",
        defaultValue: "none",
        isSecret: true,
        "The https:// address that notifications for text messages are posted to, signed."
    )
    package static let webhookSecretFile = ConfigurationKey(
        "DAYBOOK_WEBHOOK_SECRET_FILE",
        defaultValue: "none; needed with DAYBOOK_WEBHOOK_URL",
        "A file, closed to others, with the webhook's secret: whsec_ and base 64; while it is changed the old one after it."
    )
    package static let pushContact = ConfigurationKey(
        "DAYBOOK_PUSH_CONTACT",
        defaultValue: "none: nothing is pushed to browsers",
        "Where push services reach whoever runs the server: mailto: and an address, or an https:// address."
    )
    package static let webhookNetworks = ConfigurationKey(
        "DAYBOOK_WEBHOOK_NETWORKS",
        defaultValue: "none: public addresses alone",
        "Private networks, such as 10.1.0.0/16, that the webhook may go to, separated by commas; there http:// will do. "
            + "Pushes go to public addresses alone."
    )
    package static let outgoingAuthorities = ConfigurationKey(
        "DAYBOOK_OUTGOING_CA_FILE",
        defaultValue: "the system's",
        "A file of PEM with the certificates that mail server, webhook and push services are known by."
    )

    package static let exportDirectory = ConfigurationKey(
        "DAYBOOK_EXPORT_DIR",
        defaultValue: "exports, in the data directory",
        "The directory in which the files of exports are kept; several servers share one. With DAYBOOK_EXPORT_BUCKET, "
            + "where they are made, a directory for each server."
    )
    package static let exportBucket = ConfigurationKey(
        "DAYBOOK_EXPORT_BUCKET",
        defaultValue: "none: the directory keeps them",
        "The bucket in which the files of exports are kept: s3://bucket/prefix?region=…, as for backups, but without locks."
    )
    package static let exportQuota = ConfigurationKey(
        "DAYBOOK_EXPORT_QUOTA_MB",
        defaultValue: "20480",
        "How many megabytes of files are kept for one owner; with more, no further export is made for them."
    )
    package static let exportWorkers = ConfigurationKey(
        "DAYBOOK_EXPORT_WORKERS",
        defaultValue: "2",
        "How many exports each server makes at a time; 0 leaves them to others."
    )
    package static let exportDays = ConfigurationKey(
        "DAYBOOK_EXPORT_DAYS",
        defaultValue: "30",
        "For how many days the file of an export is kept, unless it was asked for with another number."
    )

    /// Every key, in the order in which a reader wants them.
    package static let all: [ConfigurationKey] = [
        databaseURL, dataDirectory, host, port, publicURL, institution, logLevel, keySet, tokenIssuer, tokenAudience,
        openIDClient, openIDSecretFile, openIDScopes, openIDName,
        clockSkew, keySetAge, databaseConnections, followerConnections, statementTimeout, bodyLimit, postgresBinaries,
        logFormat, logEventLevel, node, requestSampling, decisionLog, verificationPace, archiveDirectory,
        archiveKeyFile,
        retention, auditRetention, redisURL, cacheBytes, rateLimits, rateLimitsWithoutRedis, replicas, trustedProxies,
        webOrigins, sockets, socketsPerUser, backupRepositories, backupKeyFile, backupPassphraseFile, backupPlain,
        rehearsalDays, rehearsalBytes, s3CredentialsFile, awsAccessKeyID, awsSecretAccessKey, awsSessionToken,
        exportDirectory, exportBucket, exportQuota, exportWorkers, exportDays,
        smtpURL, smtpUser, smtpPassword, smtpPasswordFile, smtpSecurity, mailFrom,
        mailUnsubscribe, webhookURL, webhookSecretFile, pushContact, webhookNetworks, outgoingAuthorities,
    ]
}
