import Access
import App
import EventStore
import Foundation
import HTTPAPI
import JSON
import OpenSSL
import TestSupport
import Testing

/// The routes of exports, through a running server and curl.
@Suite struct ExportRouteTests {
    private struct Client: Sendable {
        var address: String
        var tokens: [String: String]

        struct Answer: Sendable {
            var status: Int
            var text: String
            var headers: String
            var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }
            func field(_ name: String) -> String? {
                let line = headers.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name):") }
                return line.map { String($0.dropFirst(name.count + 2)) }
            }
            var pointers: [String] { json["errors"]?.array?.compactMap { $0["pointer"]?.string } ?? [] }
        }

        func send(
            _ method: String,
            _ path: String,
            _ body: String? = nil,
            as user: String = "anna",
            _ more: String...
        ) async throws -> Answer {
            var arguments = ["-s", "-i", "-X", method, "-H", "Authorization: Bearer \(tokens[user] ?? "")"] + more
            if let body { arguments += ["-H", "Content-Type: application/json", "--data-binary", body] }
            return Self.answer(try await Outside.run("/usr/bin/curl", arguments + [address + path]))
        }

        static func answer(_ text: String) -> Answer {
            let end = text.range(of: "\r\n\r\n")
            let head = end.map { String(text[..<$0.lowerBound]) } ?? text
            return Answer(
                status: head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0,
                text: end.map { String(text[$0.upperBound...]) } ?? "",
                headers: head
            )
        }

        /// Asks for an export and waits until it is over.
        func make(_ path: String, _ body: String, as user: String = "anna") async throws -> String {
            let asked = try await send("POST", path, body, as: user)
            #expect(asked.status == 202, "\(asked.text)")
            let id = try #require(asked.json["exportIds"]?.array?.first?.string)
            try await wait(id, as: user)
            return id
        }

        func wait(_ id: String, as user: String = "anna") async throws {
            while true {
                let state = try await send("GET", "/exports/\(id)", as: user).json["state"]?.string ?? "none"
                if !["queued", "running", "waiting"].contains(state) { return }
                try await Task.sleep(for: .milliseconds(30))
            }
        }
    }

    private static func serve(_ body: @escaping @Sendable (Client, ExportHouse) async throws -> Void) async throws {
        try await ExportHouse.open(environment: ["DAYBOOK_EXPORT_WORKERS": "2"]) { house in
            var tokens: [String: String] = [:]
            for user in ["anna", "ben", "admin"] {
                let context = CommandContext(actor: .operator)
                tokens[user] = try await house.system.tokens.issue(to: user, label: nil, expiresAt: nil, context).secret
            }
            let server = try DaybookServer(house.system)
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let serving = Task { try await server.run { continuation.yield($0) } }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            let client = Client(address: "http://127.0.0.1:\(port)", tokens: tokens)
            let result: Result<Void, any Error>
            do { result = .success(try await body(client, house)) } catch { result = .failure(error) }
            serving.cancel()
            _ = await serving.result
            try result.get()
        }
    }

    private static let students = #"{"report":"students","columns":["studentId","name"],"sort":["studentId"]}"#

    @Test func aReportIsAskedForMadeAndTakenAway() async throws {
        try await Self.serve { client, _ in
            let id = try await client.make("/exports/csv", Self.students)
            let record = try await client.send("GET", "/exports/\(id)")
            #expect(record.json["state"] == "completed" && record.json["percent"] == 100 && record.json["rows"] == 2)
            let file = try await client.send("GET", "/exports/\(id)/file")
            #expect(file.status == 200 && file.text == "studentId,name\r\ns1,Zoë\r\ns2,'=1+1\r\n")
            #expect(file.headers.lowercased().contains("content-disposition: attachment; filename=\"students.csv\""))
            #expect(file.headers.lowercased().contains("x-content-type-options: nosniff"))
            #expect(file.headers.lowercased().contains("cache-control: no-store"))
            let digest = Base64.encode(SHA256.hash(file.text).bytes)
            #expect(file.headers.contains("sha-256=:\(digest):"))
            let byType = try await client.send("GET", "/exports/\(id)", nil, as: "anna", "-H", "Accept: text/csv")
            #expect(byType.text == file.text)
            let list = try await client.send("GET", "/exports?userId=anna")
            #expect(list.json["items"]?.array?.first?["downloads"] == 2)
            #expect(try await client.send("DELETE", "/exports/\(id)").status == 204)
            #expect(try await client.send("GET", "/exports/\(id)/file").status == 410)
        }
    }

    @Test func partsOfAFileAreHandedOutAndAskingForItsHeadTakesNothingAway() async throws {
        try await Self.serve { client, house in
            let id = try await client.make("/exports/csv", Self.students)
            let path = "/exports/\(id)/file"
            let text = "studentId,name\r\ns1,Zoë\r\ns2,'=1+1\r\n"
            let length = text.utf8.count
            func get(_ more: String...) async throws -> Client.Answer {
                let arguments = ["-s", "-i", "-H", "Authorization: Bearer \(client.tokens["anna"] ?? "")"] + more
                return Client.answer(try await Outside.run("/usr/bin/curl", arguments + [client.address + path]))
            }
            let head = try await get("--head")
            #expect(head.status == 200 && head.field("content-length") == "\(length)")
            #expect(head.field("accept-ranges") == "bytes")
            #expect(try await house.record(id).downloads == 0)
            let tag = try #require(head.field("etag"))
            #expect(try await get("-r", "9-").status == 206)
            let tail = try await house.record(id)
            #expect(tail.downloads == 0 && tail.downloadedAt != nil, "whoever has only a part has some of it")

            let first = try await get("-r", "0-8")
            #expect(first.status == 206 && first.text == "studentId")
            #expect(first.field("content-range") == "bytes 0-8/\(length)" && first.field("content-length") == "9")
            let rest = try await get("-r", "9-", "-H", "If-Range: \(tag)")
            #expect(rest.status == 206 && first.text + rest.text == text)
            #expect(try await get("-r", "-5").text == "1+1\r\n")
            #expect(try await get("-r", "9-99999999999999999999").text == rest.text)
            let none = try await get("-r", "\(length)-")
            #expect(none.status == 416 && none.field("content-range") == "bytes */\(length)")
            // Of another file, of several parts, and what is no range: the whole.
            for more in [["-r", "0-8", "-H", "If-Range: W/\(tag)"], ["-r", "0-1,3-4"], ["-H", "Range: lines=1-2"]] {
                let whole = try await get(
                    more[0],
                    more[1],
                    more.count > 2 ? more[2] : "-s",
                    more.count > 3 ? more[3] : "-s"
                )
                #expect(whole.status == 200 && whole.text == text, "\(more)")
            }
            // Parts after the first are of the same taking away.
            #expect(try await house.record(id).downloads == 4)
            #expect(try await get("-H", "Accept: text/csv").field("x-root-hash") == house.record(id).file?.rootHash)
            let other = try await client.send("GET", path + "?format=pdf")
            #expect(other.status == 406)
            #expect(try await client.send("GET", path + "?format=csv").status == 200)
        }
    }

    @Test func badInputIsRefusedBeforeAnythingIsQueued() async throws {
        try await Self.serve { client, house in
            let before = try await house.system.store.head().size
            let bad: [(String, String, [String])] = [
                ("/exports/csv", #"{"report":"students","columns":["nope"]}"#, ["/columns/0"]),
                ("/exports/csv", #"{"report":"nope"}"#, ["/report"]),
                ("/exports/csv", #"{"report":"log.events"}"#, ["/report"]),
                ("/exports/csv", #"{"report":"students","format":"pdf"}"#, ["/format"]),
                ("/exports/csv", #"{"report":"students","from":"2026-02-01","to":"2026-01-01"}"#, ["/to"]),
                ("/exports/csv", #"{"report":"students","fileName":"../x"}"#, ["/fileName"]),
                ("/exports/csv", #"{"report":"students","asOf":"999999"}"#, ["/asOf"]),
                ("/exports/csv", #"{"report":"students","asOf":"9223372036854775807"}"#, ["/asOf"]),
                ("/exports/csv", #"{"report":"students","recipients":["a@b\r\nBcc: c@d"]}"#, ["/recipients/0"]),
                (
                    "/exports/csv",
                    #"{"report":"students","filters":[{"column":"name","relation":"like","value":"x"}]}"#,
                    ["/filters/0/relation"]
                ),
                (
                    "/exports/batch",
                    #"{"exports":[{"report":"students","format":"csv"},{"report":"students","format":"csv","sort":["x"]}]}"#,
                    ["/exports/1/sort/0"]
                ),
                (
                    "/exports/schedule",
                    #"{"scheduleId":"s","report":"students","format":"csv","frequency":"cron","cron":"61 * * * *"}"#,
                    ["/cron"]
                ),
            ]
            for (path, body, pointers) in bad {
                let answer = try await client.send("POST", path, body)
                #expect(answer.status == 422 && answer.pointers == pointers, "\(body): \(answer.text)")
            }
            let events = try await house.system.store.reader.events(from: before)
            #expect(!events.contains { $0.type.rawValue.hasPrefix("exports.") })
        }
    }

    @Test func anotherBranchsHeadGetsNothing() async throws {
        try await Self.serve { client, _ in
            let id = try await client.make("/exports/csv", #"{"report":"students","branchId":"north"}"#)
            let other = try await client.send(
                "POST",
                "/exports/csv",
                #"{"report":"students","branchId":"north"}"#,
                as: "ben"
            )
            #expect(other.status == 403)
            for path in ["/exports/\(id)", "/exports/\(id)/file"] {
                #expect(try await client.send("GET", path, as: "ben").status == 404)
            }
            #expect(try await client.send("DELETE", "/exports/\(id)", as: "ben").status == 404)
            #expect(try await client.send("DELETE", "/exports?daysToKeep=0", as: "ben").status == 403)
            #expect(
                try await client.send("GET", "/exports?userId=anna", as: "ben").json["items"]?.array?.isEmpty == true
            )
            #expect(try await client.send("GET", "/exports/\(id)/link/1.2.3", as: "nobody").status == 404)
        }
    }

    @Test func aBatchIsAskedForOnceHoweverOftenItIsSent() async throws {
        try await Self.serve { client, _ in
            let body = #"{"exports":[{"report":"students","format":"csv"},{"report":"students","format":"ndjson"}]}"#
            let key = ["-H", "Idempotency-Key: batch-1"]
            let first = try await client.send("POST", "/exports/batch", body, as: "anna", key[0], key[1])
            let again = try await client.send("POST", "/exports/batch", body, as: "anna", key[0], key[1])
            #expect(first.status == 202 && first.json["exportIds"] == again.json["exportIds"])
            let batch = try #require(first.json["batchId"]?.string)
            for id in first.json["exportIds"]?.array?.compactMap(\.string) ?? [] { try await client.wait(id) }
            let status = try await client.send("GET", "/exports/batch/\(batch)")
            #expect(status.json["finished"] == true && status.json["states"]?["completed"] == 2)
            #expect(try await client.send("GET", "/exports/batch/\(batch)", as: "ben").status == 404)
        }
    }

    @Test func schedulesAreSetListedAndEnded() async throws {
        try await Self.serve { client, _ in
            let body = #"""
                {"scheduleId":"weekly","report":"students","format":"csv","frequency":"weekly","weekday":1,"time":"06:30",
                "timeZone":"Europe/Berlin","period":"last-7-days"}
                """#
            #expect(try await client.send("POST", "/exports/schedule", body).status == 200)
            let items = try await client.send("GET", "/exports/schedule").json["items"]?.array ?? []
            #expect(items.count == 1 && items[0]["period"] == "last-7-days" && items[0]["nextAt"]?.string != nil)
            #expect(try await client.send("GET", "/exports/schedule", as: "ben").json["items"]?.array?.isEmpty == true)
            #expect(try await client.send("DELETE", "/exports/schedule/weekly", as: "ben").status == 404)
            #expect(try await client.send("DELETE", "/exports/schedule/weekly").status == 200)
            #expect(try await client.send("GET", "/exports/reports").json["items"]?.array?.count == 12)
        }
    }
}
