import PostgresServer
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct ProtectionTests {
    @Test func onlyTheProductsOwnDatabaseUserIsAdmitted() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            try await Psql.run("CREATE ROLE curious LOGIN SUPERUSER", on: cluster.connectionURL)
            let url = cluster.connectionURL.replacing("user=daybook", with: "user=curious")
            let failure = await #expect(throws: Psql.Failure.self) { try await Psql.run("SELECT 1", on: url) }
            #expect(failure?.description.contains("Peer authentication failed") == true)
        }
    }

    @Test func theServersFilesAreClosedToOthers() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            for name in ["data", "log", "socket"] {
                #expect(mode(of: "\(cluster.dataDirectory)/postgres/\(name)") == 0o700)
            }
            for name in ["postgres.lock", "postgres.start.lock"] {
                #expect(mode(of: "\(cluster.dataDirectory)/\(name)") == 0o600)
            }
        }
    }

    @Test func theServerHasASessionOfItsOwnAndNoPrivileges() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            let id = try #require(cluster.processID)
            #expect(getsid(id) == id, "Ctrl-C in our terminal must not reach it")
            var status = stat()
            #expect(stat("/proc/\(id)", &status) == 0)
            #expect(status.st_uid != 0)
        }
    }

    @Test func theServerHoldsNoneOfOurDescriptors() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        try await FaultCluster.withCluster(durability: .none) { cluster in
            let ours = try #require(target(of: "/proc/self/fd/\(ends[0])"))
            let id = try #require(cluster.processID)
            let theirs = (0..<256).compactMap { target(of: "/proc/\(id)/fd/\($0)") }
            #expect(!theirs.isEmpty)
            #expect(!theirs.contains(ours))
        }
    }

    private func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(link, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
