import Testing

@testable import Postgres

struct ConfigurationTests {
    @Test func urlsNameHostsPortsUserAndDatabase() throws {
        let configuration = try PostgresConfiguration(
            url: "postgres://ann:s%40crt@one:5433,two:5434/books?application_name=app"
        )
        #expect(configuration.hosts.map(\.name) == ["one", "two"])
        #expect(configuration.hosts.map(\.port) == ["5433", "5434"])
        #expect(configuration.user == "ann")
        #expect(configuration.password == "s@crt")
        #expect(configuration.database == "books")
        #expect(configuration.applicationName == "app")
    }

    @Test func keyValueStringsAndUnixSocketsAreUnderstood() throws {
        let configuration = try PostgresConfiguration(url: "host=/run/pg dbname='my books' connect_timeout=3")
        #expect(configuration.hosts == [PostgresConfiguration.Host(name: "/run/pg")])
        #expect(configuration.database == "my books")
        #expect(configuration.connectTimeout == .seconds(3))
    }

    @Test func onePortServesAllHosts() throws {
        let configuration = try PostgresConfiguration(url: "host=one,two,three port=6000")
        #expect(configuration.hosts.map(\.port) == ["6000", "6000", "6000"])
        #expect(throws: PostgresError.self) { try PostgresConfiguration(url: "host=one,two,three port=1,2") }
    }

    @Test func noPasswordIsEverShown() throws {
        let url = "postgres://ann:hunter2@one/books"
        #expect(!"\(try PostgresConfiguration(url: url))".contains("hunter2"))
        let error = #expect(throws: PostgresError.self) {
            try PostgresConfiguration(url: "postgres://ann:hunter2@one:x%zz/")
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func preferringAStandbyTakesASecondRoundInWhichAnyServerWillDo() throws {
        let attempts = try PostgresConfiguration(url: "host=one,two target_session_attrs=prefer-standby").attempts
        #expect(attempts.map(\.host.name) == ["one", "two", "one", "two"])
        #expect(attempts.map { $0.keywords["target_session_attrs"] } == ["standby", "standby", "any", "any"])
    }

    @Test func ofSeveralHostsThePrimaryIsWantedUnlessSomethingElseIsSaid() throws {
        func wanted(_ url: String) throws -> [String?] {
            try PostgresConfiguration(url: url).attempts.map { $0.keywords["target_session_attrs"] }
        }
        #expect(try wanted("postgres://one:5433,two:5434/books") == ["primary", "primary"])
        #expect(try wanted("postgres://one,two/books?target_session_attrs=any") == ["any", "any"])
        #expect(try wanted("host=one,two target_session_attrs=standby") == ["standby", "standby"])
        #expect(try wanted("host=one") == [nil], "a single one is taken as it is")
    }

    @Test func optionsOfTheCallerAreKeptAndTheModulesOwnComeLast() throws {
        let attempts = try PostgresConfiguration(url: "host=one options='-c search_path=a -c DateStyle=German'")
            .attempts
        let options = attempts[0].keywords["options"] ?? ""
        #expect(options.hasPrefix("-c search_path=a"))
        #expect(options.hasSuffix("-c bytea_output=hex"))
    }
}
