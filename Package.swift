// swift-tools-version: 6.2
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The long form of the crash tests is built only on request: `tools/faults/run`.
let faults: [Target] =
    ProcessInfo.processInfo.environment["DAYBOOK_FAULTS"] == nil
    ? []
    : [
        .executableTarget(
            name: "fault-matrix",
            dependencies: [
                "EventStore", "MerkleLog", "TestSupport",
                // Not imported, but run.
                "fault-writer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "tools/faults/matrix",
            swiftSettings: strict
        )
    ]

/// Benchmarks are built only on request, so that a plain build does not pay for them.
let benchmarks: [Target] =
    ProcessInfo.processInfo.environment["DAYBOOK_BENCH"] == nil
    ? []
    : [
        .executableTarget(
            name: "bench",
            dependencies: [
                "App", "Access", "Addresses", "Backups", "CXlsxWriter", "Caching", "DemoData", "Documents",
                "EventStore", "Events", "Exports", "HTTPAPI", "Institution", "Monitoring", "Notifications",
                "RateLimiting",
                "Spreadsheets",
                "Redis", "JSON",
                "Postgres", "PostgresServer", "ProjectionEngine", "Time",
                // Not imported, but run.
                "Daybook", "socket-echo",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "tools/bench-suite",
            swiftSettings: strict
        )
    ]

let package = Package(
    name: "Daybook",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "daybook", targets: ["Daybook"]),
        .library(name: "MerkleLog", targets: ["MerkleLog"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // System libraries
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "COpenSSL",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),

        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),

        // Without pkgConfig, whose flags of hiredis the package manager would warn of.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        // Without pkgConfig, since curl's names every library that it may be linked with.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CXlsxWriter",
            pkgConfig: "xlsxwriter",
            providers: [.apt(["libxlsxwriter-dev"]), .brew(["libxlsxwriter"])]
        ),
        // Without pkgConfig, whose flags of Pango the package manager would warn of; see its header.
        .systemLibrary(name: "CPango", providers: [.apt(["libpango1.0-dev", "libcairo2-dev"]), .brew(["pango"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        // Values without I/O
        .target(name: "Time", swiftSettings: strict),
        .target(name: "JSON", dependencies: ["Time"], swiftSettings: strict),
        .target(name: "Addresses", swiftSettings: strict),
        .target(name: "Frequencies", swiftSettings: strict),
        .target(name: "Recurrence", dependencies: ["Time"], swiftSettings: strict),
        .target(name: "OpenSSL", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "LZ4Frames", dependencies: ["CLZ4"], swiftSettings: strict),
        .target(name: "MerkleLog", dependencies: ["OpenSSL"], swiftSettings: strict),

        // Files
        .target(name: "Files", swiftSettings: strict),
        .target(name: "Links", swiftSettings: strict),
        .target(name: "Spreadsheets", dependencies: ["CXlsxWriter", "Links", "Time"], swiftSettings: strict),
        .target(name: "Documents", dependencies: ["CPango", "Files", "Links", "Time"], swiftSettings: strict),

        // The database
        .target(
            name: "Postgres",
            dependencies: [
                "CLibpq", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Redis",
            dependencies: [
                "CHiredis",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "PostgresServer",
            dependencies: [
                "Files",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),

        // The way out
        .target(name: "Curl", dependencies: ["CCurl", "Addresses"], swiftSettings: strict),
        .target(name: "S3", dependencies: ["Curl", "OpenSSL", "Time"], swiftSettings: strict),
        .target(name: "ObjectStorage", dependencies: ["Files", "S3", "Time"], swiftSettings: strict),
        .target(name: "Mail", dependencies: ["Curl", "OpenSSL", "Time"], swiftSettings: strict),
        .target(name: "Webhooks", dependencies: ["Curl", "OpenSSL", "Time"], swiftSettings: strict),
        .target(name: "WebPush", dependencies: ["Curl", "OpenSSL", "JSON", "Time"], swiftSettings: strict),

        // The log
        .target(
            name: "Events",
            dependencies: ["Time", "JSON", "OpenSSL"],
            resources: [.copy("Generated/SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "EventStore",
            dependencies: [
                "Events", "MerkleLog", "Postgres", "Time", "JSON", "OpenSSL",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Metrics", package: "swift-metrics"),
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),

        // Read models
        .target(
            name: "Projections",
            path: "Projections",
            resources: [
                .copy("access"), .copy("audit"), .copy("decisions"), .copy("identity"), .copy("institution"),
                .copy("logs"), .copy("notifications"), .copy("backups"), .copy("exports"), .copy("searches"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ProjectionEngine",
            dependencies: [
                "Projections", "EventStore", "Events", "Postgres", "JSON", "Time", "OpenSSL",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Metrics", package: "swift-metrics"),
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),

        // Services
        .target(
            name: "Access",
            dependencies: [
                "EventStore", "Events", "MerkleLog", "ProjectionEngine", "Postgres", "JSON", "Time", "OpenSSL",
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "Audit",
            dependencies: ["EventStore", "Events", "ProjectionEngine", "Postgres", "JSON", "Time"],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "Institution",
            dependencies: [
                "EventStore", "Events", "ProjectionEngine", "Postgres", "JSON", "Time", "OpenSSL", "MerkleLog",
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "Backups",
            dependencies: [
                "EventStore", "Events", "ProjectionEngine", "Postgres", "JSON", "OpenSSL", "LZ4Frames", "Files",
                "MerkleLog", "ObjectStorage", "Recurrence", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "Exports",
            dependencies: [
                "EventStore", "Events", "ProjectionEngine", "Postgres", "JSON", "OpenSSL", "Files", "Mail", "MerkleLog",
                "ObjectStorage", "Recurrence", "Spreadsheets", "Documents", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "Notifications",
            dependencies: [
                "EventStore", "Events", "ProjectionEngine", "Postgres", "JSON", "OpenSSL", "Recurrence", "Time", "Curl",
                "Mail", "WebPush", "Webhooks",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "Recovery",
            dependencies: ["EventStore", "Events", "ProjectionEngine", "Postgres", "JSON", "Time", "OpenSSL"],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),

        .target(
            name: "RateLimiting",
            dependencies: [
                "Addresses", "EventStore", "Events", "Frequencies", "OpenSSL", "Redis",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ],
            resources: [.copy("Lua")],
            swiftSettings: strict
        ),

        .target(
            name: "Monitoring",
            dependencies: [
                "EventStore", "Events", "ProjectionEngine", "MerkleLog", "Postgres", "JSON", "Time",
                "OpenSSL", "LZ4Frames", "Files",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),

        .target(
            name: "Caching",
            dependencies: [
                "Redis", "EventStore", "Events", "Frequencies", "JSON", "OpenSSL", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),

        // The edge
        .target(
            name: "WebSockets",
            dependencies: [
                "CZlib", "OpenSSL",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "Backups", "Exports",
                "Access", "Audit", "Institution", "Monitoring", "Notifications", "Recovery", "EventStore", "Events",
                "ProjectionEngine", "MerkleLog", "Addresses", "Frequencies", "RateLimiting", "WebSockets", "Caching",
                "JSON", "Spreadsheets", "Time", "OpenSSL",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Console",
            dependencies: [
                "HTTPAPI", "Access", "Audit", "Backups", "Caching", "Exports", "Monitoring", "Notifications",
                "RateLimiting", "Recovery",
                "ProjectionEngine", "EventStore", "Events", "MerkleLog", "JSON", "Time", "OpenSSL",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.copy("Templates"), .copy("Assets")],
            swiftSettings: strict
        ),
        .target(
            name: "App",
            dependencies: [
                "Files",
                "Backups", "Exports",
                "Console",
                "HTTPAPI", "Access", "Audit", "Institution", "Monitoring", "Notifications", "Recovery",
                "ProjectionEngine", "EventStore", "Events", "Addresses", "RateLimiting", "MerkleLog", "Postgres",
                "PostgresServer", "JSON", "Time", "OpenSSL", "Redis", "Caching", "Curl", "Mail", "WebPush", "Webhooks",
                "ObjectStorage", "S3",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "DemoData",
            dependencies: [
                "App", "Access", "Institution", "EventStore", "Events", "JSON", "Time", "OpenSSL",
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Daybook",
            dependencies: [
                "Backups", "Exports",
                "App", "DemoData", "Access", "Audit", "Monitoring", "Recovery", "ProjectionEngine",
                "EventStore",
                "Events",
                "MerkleLog", "Postgres", "PostgresServer", "JSON", "Time", "OpenSSL",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "generate",
            dependencies: [
                "JSON", "OpenSSL", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "tools/generate-suite",
            swiftSettings: strict
        ),

        // Tests
        .executableTarget(
            name: "fault-writer",
            dependencies: ["EventStore", "Events", "Postgres", .product(name: "Logging", package: "swift-log")],
            path: "tools/faults/writer",
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "Files",
                "PostgresServer", "Postgres", "EventStore", "Events", "MerkleLog", "Redis", "JSON",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/TestSupport",
            exclude: ["Servers"],
            swiftSettings: strict
        ),
        .target(
            name: "SystemTestSupport",
            dependencies: ["Access", "App", "TestSupport", .product(name: "Logging", package: "swift-log")],
            path: "Tests/SystemTestSupport",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "socket-echo",
            dependencies: [
                "HTTPAPI", "WebSockets",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/SocketEcho",
            swiftSettings: strict
        ),
        .testTarget(name: "OpenSSLTests", dependencies: ["OpenSSL"], swiftSettings: strict),
        .testTarget(name: "MerkleLogTests", dependencies: ["MerkleLog", "OpenSSL"], swiftSettings: strict),
        .testTarget(
            name: "EventStoreTests",
            dependencies: [
                "EventStore", "Events", "MerkleLog", "OpenSSL", "Postgres", "JSON", "Time", "TestSupport",
                // Not imported, but run.
                "fault-writer",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AccessTests",
            dependencies: [
                "Access", "HTTPAPI", "EventStore", "Events", "MerkleLog", "ProjectionEngine", "Postgres", "JSON",
                "OpenSSL", "Time",
                "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AuditTests",
            dependencies: [
                "Audit", "Access", "Recovery", "HTTPAPI", "EventStore", "Events", "MerkleLog", "ProjectionEngine",
                "Postgres", "JSON", "OpenSSL", "Time", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "InstitutionTests",
            dependencies: [
                "Institution", "Access", "HTTPAPI", "EventStore", "Events", "ProjectionEngine", "Postgres", "JSON",
                "Time",
                "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RateLimitingTests",
            dependencies: [
                "RateLimiting", "Addresses", "Frequencies", "Redis", "App", "Access", "HTTPAPI", "EventStore", "Events",
                "Monitoring", "JSON", "SystemTestSupport", "TestSupport",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MonitoringTests",
            dependencies: [
                "Monitoring", "App", "Access", "EventStore", "Events", "MerkleLog",
                "ProjectionEngine", "Postgres", "JSON", "Time", "SystemTestSupport", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "NotificationsTests",
            dependencies: [
                "Notifications", "Access", "Institution", "EventStore", "Events", "ProjectionEngine", "Postgres",
                "JSON", "Addresses", "Curl", "Mail", "WebPush", "Webhooks", "Recurrence",
                "Time", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CachingTests",
            dependencies: [
                "Caching", "Redis", "Access", "App", "HTTPAPI", "Institution", "EventStore", "Events", "MerkleLog",
                "ProjectionEngine", "Recovery", "JSON", "Time", "SystemTestSupport", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BackupsTests",
            dependencies: [
                "Backups", "App", "Access", "EventStore", "Events", "Files", "HTTPAPI", "MerkleLog", "OpenSSL",
                "Postgres", "JSON", "Time", "SystemTestSupport", "TestSupport",
                // Not imported, but run.
                "Daybook",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ExportsTests",
            dependencies: [
                "Exports", "App", "Access", "EventStore", "Events", "HTTPAPI", "Institution", "Mail", "Curl", "OpenSSL",
                "Postgres", "Recurrence", "JSON", "Time", "SystemTestSupport", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RecoveryTests",
            dependencies: [
                "Recovery", "Access", "EventStore", "Events", "ProjectionEngine", "Postgres", "JSON", "Time",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProjectionEngineTests",
            dependencies: [
                "ProjectionEngine", "EventStore", "Events", "Postgres", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresTests",
            dependencies: [
                "Postgres", "Time", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RedisTests",
            dependencies: ["Redis", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresServerTests",
            dependencies: [
                "PostgresServer", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "HTTPAPI", "Addresses", "JSON", "OpenSSL", "Time", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Signers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AppTests",
            dependencies: [
                "App", "Console", "Access", "Backups", "Exports", "HTTPAPI", "EventStore", "Events", "Institution",
                "Notifications", "OpenSSL", "ProjectionEngine", "Recovery",
                "JSON", "Time", "SystemTestSupport", "TestSupport",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DaybookTests",
            dependencies: [
                "Daybook", "Access", "App", "EventStore", "Postgres", "Time", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebSocketsTests",
            dependencies: [
                "WebSockets", "Addresses", "HTTPAPI", "EventStore", "Events", "Monitoring", "OpenSSL", "RateLimiting",
                "TestSupport",
                // Not imported, but run.
                "socket-echo",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
        .testTarget(name: "CurlTests", dependencies: ["Curl", "Addresses", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ObjectStorageTests",
            dependencies: ["ObjectStorage", "S3", "Curl", "Time", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "S3Tests",
            dependencies: ["S3", "Curl", "OpenSSL", "Time", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "MailTests", dependencies: ["Mail", "Curl", "Time", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "WebhooksTests",
            dependencies: ["Webhooks", "Curl", "Addresses", "OpenSSL", "Time", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebPushTests",
            dependencies: ["WebPush", "Curl", "OpenSSL", "Time", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SpreadsheetsTests",
            dependencies: ["Spreadsheets", "Links", "Time", "TestSupport"],
            exclude: ["Readers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DocumentsTests",
            dependencies: ["Documents", "Time", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "TimeTests", dependencies: ["Time"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "Time"], swiftSettings: strict),
        .testTarget(
            name: "EventsTests",
            dependencies: ["Events", "JSON", "Time", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "GenerateTests", dependencies: ["generate"], swiftSettings: strict),
    ] + benchmarks + faults
)
