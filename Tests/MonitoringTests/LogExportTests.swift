import EventStore
import Events
import JSON
import Logging
import MerkleLog
import TestSupport
import Testing

@testable import Monitoring

/// Logs on their way to other systems.
@Suite struct LogExportTests {
    private static let all = #""startDate":"2020-01-01T00:00:00Z","endDate":"2999-01-01T00:00:00Z""#

    private func lines(_ watched: Watched, _ rest: String) async throws -> [JSONValue] {
        let answer = try await watched.send("POST", "/logs/export", body: "{\(Self.all),\(rest)}")
        #expect(answer.status == 200, "\(answer.body)")
        return try answer.body.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }

    @Test func eachLineHasItsIndexInTheLogAndTheURLOfItsProof() async throws {
        try await Watched.open { watched in
            let logger = Logger(label: "test", factory: { DaybookLogHandler(label: $0, watched.logs) })
            logger.error("it broke", metadata: ["token": "hunter2"])
            for _ in 0..<3 { _ = try await watched.send("GET", "/rbac/roles") }
            let lines = try await lines(watched, #""format":"ndjson","baseUrl":"https://daybook.example/""#)
            let entry = try #require(lines.first { $0["message"]?.string == "it broke" })
            #expect(entry["metadata"]?["token"]?.string == "[redacted]")
            let requests = lines.filter { $0["kind"]?.string == "request" }
            #expect(requests.count == 3, "\(lines)")
            #expect(requests.allSatisfy { ($0["place"]?.int64 ?? 0) >= 1 })
            for line in lines {
                let position = try #require(line["logIndex"]?.int64)
                let url = try #require(line["proofUrl"]?.string)
                #expect(url == "https://daybook.example/log/events/\(position)/proof")
                let event = try #require(try await watched.system.store.reader.event(at: position))
                #expect(line["leaf"]?.string == event.leaf.hex)
            }
            // The URL leads to a proof.
            let position = try #require(entry["logIndex"]?.int64)
            let proof = try await watched.send("GET", "/log/events/\(position)/proof", headers: ["Accept: text/plain"])
            #expect(proof.status == 200 && proof.body.contains("c2sp.org/tlog-proof"))
            // That logs were exported is in the log.
            let looked = try await watched.system.store.reader.events(from: 0, types: [Audit.HistoryQueried.type])
            let exports = try looked.map { try $0.decode(Audit.HistoryQueried.self) }.filter { $0.kind == .export }
            #expect(exports.map(\.returned) == [Int64(lines.count)])
        }
    }

    @Test func ocsfEventsHaveWhatTheirClassesAskFor() async throws {
        try await Watched.open { watched in
            _ = try await watched.send("GET", "/rbac/roles")
            _ = try await watched.send("GET", "/rbac/roles", token: "dbk_wrong")
            let lines = try await lines(watched, #""format":"ocsf","parts":["entries","requests","system","audit"]"#)
            #expect(Set(lines.compactMap { $0["class_uid"]?.int64 }) == [0, 3_004, 6_003])
            for line in lines {
                let uid = try #require(line["class_uid"]?.int64)
                let activity = try #require(line["activity_id"]?.int64)
                #expect(line["type_uid"]?.int64 == uid * 100 + activity)
                #expect(line["category_uid"]?.int64 == uid / 1_000)
                #expect((1...5).contains(line["severity_id"]?.int64 ?? 0))
                #expect((line["time"]?.int64 ?? 0) > 1_600_000_000_000)
                #expect(line["metadata"]?["version"]?.string == "1.6.0")
                #expect(line["metadata"]?["product"]?["vendor_name"]?.string != nil)
                #expect(line["metadata"]?["sequence"]?.int64 == line["unmapped"]?["log_index"]?.int64)
                #expect(line["unmapped"]?["proof_url"]?.string?.hasSuffix("/proof") == true)
                if uid == 6_003 {
                    #expect(line["actor"]?["user"]?["uid"]?.string != nil)
                    #expect(line["api"]?["operation"]?.string?.hasPrefix("GET /") == true)
                    #expect(line["src_endpoint"]?.object?.isEmpty == false)
                }
                if uid == 3_004 { #expect(line["entity"]?["uid"]?.string != nil) }
            }
            // A command leaves a decision; what was asked and answered is a read.
            let role = #"{"name":"Reader","permissionIds":["rbac.roles:read"]}"#
            #expect(try await watched.send("POST", "/rbac/roles", body: role).status == 201)
            try await watched.system.access.decisions.settle()
            let decisions = try await self.lines(watched, #""format":"ocsf","parts":["audit"]"#)
                .filter { $0["metadata"]?["event_code"]?.string == "rbac.decisions-recorded" }
            #expect(!decisions.isEmpty && decisions.allSatisfy { $0["activity_id"]?.int64 == 2 })
            let failed = lines.first { $0["api"]?["response"]?["code"]?.int64 == 401 }
            #expect(failed?["status_id"]?.int64 == 2)
        }
    }

    @Test func csvIsForSpreadsheetsAndRunsNothingInThem() async throws {
        try await Watched.open { watched in
            let logger = Logger(label: "test", factory: { DaybookLogHandler(label: $0, watched.logs) })
            logger.error("=HYPERLINK(\"x\"), twice")
            let body =
                #"{"startDate":"2020-01-01T00:00:00Z","endDate":"2999-01-01T00:00:00Z","format":"csv","parts":["entries"]}"#
            let answer = try await watched.send("POST", "/logs/export", body: body)
            #expect(answer.headers.contains("text/csv"))
            #expect(answer.body.hasPrefix("logIndex,place,recordedAt,"))
            #expect(answer.body.contains("\"'=HYPERLINK(\"\"x\"\"), twice\""))
        }
    }

    @Test func whatIsWrongWithTheBodyIsNamed() async throws {
        try await Watched.open { watched in
            for (body, pointer) in [
                (#"{"startDate":"2020-01-01T00:00:00Z","format":"csv"}"#, "/endDate"),
                (#"{\#(Self.all),"format":"xml"}"#, "/format"),
                (#"{\#(Self.all),"format":"csv","parts":["all"]}"#, "/parts"),
                (#"{\#(Self.all),"format":"csv","baseUrl":"javascript:x"}"#, "/baseUrl"),
                (#"{"startDate":"2020-01-01T00:00:00Z","endDate":"2019-01-01T00:00:00Z","format":"csv"}"#, "/endDate"),
            ] {
                let answer = try await watched.send("POST", "/logs/export", body: body)
                #expect(answer.status == 422, "\(body)")
                #expect(answer.json["errors"]?.array?.first?["pointer"]?.string == pointer, "\(answer.body)")
            }
        }
    }
}
