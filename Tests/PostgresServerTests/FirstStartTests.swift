import Logging
import TestSupport
import Testing

@testable import PostgresServer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct FirstStartTests {
    @Test func theClusterIsMadeForKeepingBooks() async throws {
        try await withScratch { directory in
            let cluster = PrivateCluster(dataDirectory: directory, logger: Logger(label: "test"))
            try await cluster.withCluster { cluster in
                let url = cluster.connectionURL
                try await expectAnswer("daybook|daybook", to: "SELECT current_user, current_database()", on: url)
                let expected = [
                    "server_encoding": "UTF8", "lc_collate": "C.UTF-8", "data_checksums": "on", "fsync": "on",
                    "synchronous_commit": "on", "full_page_writes": "on", "wal_level": "replica",
                    "wal_compression": "lz4", "listen_addresses": "", "jit": "off", "max_wal_size": "4GB",
                    "checkpoint_timeout": "15min", "max_connections": "100",
                ]
                for (name, value) in expected {
                    try await expectAnswer(value, to: "SHOW \(name)", on: url)
                }
            }
        }
    }

    @Test func aSecondStartFindsItsDataAndTheOperatorsSettings() async throws {
        try await withScratch { directory in
            let cluster = PrivateCluster.quick(directory)
            try await cluster.withCluster { cluster in
                try await Psql.run("CREATE TABLE kept AS SELECT 42 AS answer", on: cluster.connectionURL)
            }
            #expect(PrivateCluster.serverProcess(dataDirectory: directory) == nil)
            try writeFile("\(directory)/postgres/local.conf", "work_mem = '3MB'\n")
            try await cluster.withCluster { cluster in
                try await expectAnswer("42", to: "SELECT answer FROM kept", on: cluster.connectionURL)
                try await expectAnswer("3MB", to: "SHOW work_mem", on: cluster.connectionURL)
            }
        }
    }

    @Test func whatAKilledFirstStartLeftIsMadeAnew() async throws {
        try await withScratch { directory in
            try makeDirectory("\(directory)/postgres")
            let unfinished = "\(directory)/postgres/data.new-1"
            try makeDirectory(unfinished)
            try writeFile("\(unfinished)/PG_VERSION", "15\n")
            let account = try ServerAccount.choose(clusterOwner: nil, dataDirectory: directory)
            #expect(chown(unfinished, account.uid, account.gid) == 0)
            try await PrivateCluster.quick(directory).withCluster { cluster in
                try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
            }
            #expect(!exists(unfinished))
        }
    }

    @Test func aPathTooLongForASocketWorks() async throws {
        try await withScratch { directory in
            let long = "\(directory)/\(String(repeating: "a", count: 90))/\(String(repeating: "é ", count: 20))/x"
            let socketDirectory = try await PrivateCluster.quick(long).withCluster { cluster in
                try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
                return cluster.socketDirectory
            }
            #expect(!socketDirectory.hasPrefix(directory))
            #expect(!exists(socketDirectory))
        }
    }

    @Test func aDirectoryThatOthersMayNotEnterWorks() async throws {
        try await withScratch { directory in
            try makeDirectory("\(directory)/closed", mode: 0o700)
            let cluster = PrivateCluster.quick("\(directory)/closed/books/")
            for _ in 1...2 {
                try await cluster.withCluster { cluster in
                    try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
                }
            }
            #expect(mode(of: "\(directory)/closed") == 0o700)
        }
    }

    @Test func anOddPathSurvivesTheConnectionURL() async throws {
        try await withScratch { directory in
            try await PrivateCluster.quick("\(directory)/100% 'it' & \"co\"?#").withCluster { cluster in
                try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
            }
        }
    }
}
