import Foundation
import TestSupport
import Testing

/// Limits of servers in processes of their own, over one database and one Redis.
@Suite struct SharedLimitTests {
    @Test func fourServersTogetherAdmitWhatOneWouldAndOneMoreEachAtMost() async throws {
        let burst = 40
        try await RedisFixture.withRedis { redis in
            try await Workplace.withDatabase { first in
                // Where the machine has much to do Redis may be slower than its bound: then a server is to refuse, and not to go on alone.
                let settings = ["REDIS_URL": redis.url, "DAYBOOK_RATE_LIMITS_WITHOUT_REDIS": "refuse"]
                var place = first
                place.settings = settings
                let (server, address, _) = try await place.serve()
                var servers = [(server, address)]
                for number in 2...4 {
                    let other = Workplace(
                        dataDirectory: place.file("server-\(number)"),
                        databaseURL: place.databaseURL,
                        settings: settings
                    )
                    try FileManager.default.createDirectory(
                        atPath: other.dataDirectory,
                        withIntermediateDirectories: true
                    )
                    try FileManager.default.copyItem(atPath: place.file("keys"), toPath: other.file("keys"))
                    let (server, address, _) = try await other.serve()
                    servers.append((server, address))
                }
                // The administrator that the first server made sets the limit, and everybody else meets it.
                let administrator = try await place.output("token", "issue", "--user", "admin").dropLast()
                let limit = try await Program.run([
                    "curl", "-s", "-w", " %{http_code}", "-X", "PUT", "-H", "Authorization: Bearer \(administrator)",
                    "-H", "Content-Type: application/json",
                    "--data-binary", #"{"quota":40,"windowSeconds":3600,"burst":\#(burst)}"#, "\(address)/limits/actor",
                ])
                try #require(limit.output.hasSuffix(" 200"), "\(limit)")
                // Each has heard of it once it says so.
                for (_, address) in servers {
                    let hasHeard = try await eventually(every: .milliseconds(500)) {
                        let answer = try await Web.get("\(address)/limits", token: String(administrator))
                        return answer.body.contains(#""quota":40,"#)
                    }
                    try #require(hasHeard, "\(address)")
                }
                let addresses = servers.map(\.1)
                var statuses: [Substring] = []
                // Asked anew, by somebody who has used up nothing, where a server could not find out what the others admitted.
                for round in 1...5 {
                    let token = try await place.output("token", "issue", "--user", "ada-\(round)").dropLast()
                    statuses = try await Self.statuses(of: addresses, token: String(token))
                    if !statuses.contains("503") { break }
                }
                // Who is admitted is told that they lack the permission.
                let (admitted, unknown) = (statuses.count { $0 == "403" }, statuses.count { $0 == "503" })
                let refused = statuses.count { $0 == "429" }
                #expect(statuses.count == 240 && admitted + refused + unknown == 240, "\(statuses)")
                #expect(refused > 0, "\(statuses)")
                #expect(admitted >= burst - unknown, "\(statuses)")
                #expect(admitted > burst / 2, "\(statuses)")
                #expect(admitted <= burst + servers.count, "\(statuses)")
                for (server, _) in servers { server.send(SIGINT) }
                for (server, _) in servers { #expect(try await server.outcome().status == 0) }
            }
        }
    }

    /// What each server answers to sixty requests of one user, all servers being asked at once.
    private static func statuses(of addresses: [String], token: String) async throws -> [Substring] {
        try await withThrowingTaskGroup(of: [Substring].self) { group in
            for address in addresses {
                group.addTask {
                    let urls = Array(repeating: "\(address)/rbac/roles", count: 60)
                    let said = try await Program.run(
                        [
                            "curl", "-s", "-Z", "--parallel-max", "8", "-w", "%{http_code}\n",
                            "-H", "Authorization: Bearer \(token)",
                        ] + urls.flatMap { ["-o", "/dev/null", $0] }
                    )
                    return said.output.split(separator: "\n")
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
