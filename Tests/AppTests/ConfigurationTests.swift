import Foundation
import Logging
import Testing

@testable import App

@Suite struct ConfigurationTests {
    @Test func nothingHasToBeConfigured() throws {
        let configuration = try DaybookConfiguration(environment: [:])
        #expect(configuration.databaseURL == nil)
        #expect(configuration.dataDirectory == ".daybook")
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8080)
        #expect(configuration.logLevel == .info)
        #expect(configuration.tokens == nil)
        #expect(configuration.bodyLimit == 1_048_576)
    }

    @Test func flagsGoBeforeTheEnvironmentAndItBeforeDefaults() throws {
        let environment = ["DAYBOOK_PORT": "9000", "DAYBOOK_HOST": "0.0.0.0", "DAYBOOK_LOG_LEVEL": "Warning"]
        let configuration = try DaybookConfiguration(flags: [.port: "9001"], environment: environment)
        #expect(configuration.port == 9001)
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.logLevel == .warning)
        #expect(configuration.institution == ConfigurationKey.institution.defaultValue)
    }

    @Test func anEmptyVariableIsNotGiven() throws {
        let configuration = try DaybookConfiguration(environment: ["DAYBOOK_PORT": "", "DATABASE_URL": " "])
        #expect(configuration.port == 8080)
        #expect(configuration.databaseURL == nil)
    }

    @Test func everyProblemIsNamedAtOnce() throws {
        let environment = [
            "DAYBOOK_PORT": "70000", "DAYBOOK_LOG_LEVEL": "loud", "DAYBOOK_MAX_BODY_BYTES": "1 MB",
            "DAYBOOK_INSTITUTION": "two\nlines", "DAYBOOK_JWT_CLOCK_SKEW_SECONDS": "-1",
        ]
        let error = #expect(throws: ConfigurationError.self) { try DaybookConfiguration(environment: environment) }
        let keys = Set(error?.problems.map(\.key) ?? [])
        #expect(keys == [.port, .logLevel, .bodyLimit, .institution, .clockSkew])
        #expect(error?.description.contains("DAYBOOK_PORT or --port: must be a whole number from 0 to 65535") == true)
    }

    @Test func thePublicAddressIsAnHTTPSOrigin() throws {
        #expect(try DaybookConfiguration(environment: [:]).publicAddress == nil)
        let given = try DaybookConfiguration(environment: ["DAYBOOK_PUBLIC_URL": "https://books.example:8443/"])
        #expect(given.publicAddress?.description == "https://books.example:8443")
        for text in [
            "http://books.example", "books.example", "https://", "https://books.example/path",
            "https://u@books.example",
            "https://books.example?x", "https://books.example#x", "https://books.example:0", "https://books..example",
        ] {
            let error = #expect(throws: ConfigurationError.self) {
                try DaybookConfiguration(environment: ["DAYBOOK_PUBLIC_URL": text])
            }
            #expect(error?.problems.map(\.key) == [.publicURL], "\(text)")
        }
    }

    @Test func aMessageCannotMoveTheCursor() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try DaybookConfiguration(flags: [.port: "\u{1b}[2J80"], environment: [:])
        }
        #expect(error?.description.unicodeScalars.contains("\u{1b}") == false)
    }

    @Test(arguments: ["postgresql://book:hunter2@db/daybook", "host=db password=hunter2"])
    func aSecretIsNeverShown(url: String) throws {
        let configuration = try DaybookConfiguration(environment: ["DATABASE_URL": url])
        #expect(configuration.databaseURL?.reveal() == url)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test func aWrongSecretIsNotShownEither() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try DaybookConfiguration(environment: ["DATABASE_URL": "hunter2"])
        }
        #expect(error?.problems.map(\.key) == [.databaseURL])
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func helpAndHandbookNameEveryKey() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let handbook = try String(contentsOf: root.appendingPathComponent("docs/operations.md"), encoding: .utf8)
        for key in ConfigurationKey.all {
            #expect(DaybookConfiguration.describe().contains("  \(key.variable)\n"))
            #expect(handbook.contains("`\(key.variable)`"), "\(key.variable) is not in docs/operations.md")
        }
    }
}
