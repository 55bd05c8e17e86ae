import HTTPTypes
import JSON
import Synchronization
import Testing

@testable import HTTPAPI

/// Formats, pages, tags and positions of answers.
@Suite struct ReadingTests {
    @Test func theFormatFollowsAccept() async throws {
        let json = try await exchange(.get, "/things")
        #expect(json.headers[.contentType] == "application/json")
        #expect(json.json?["items"]?.array?.count == 2)
        let lines = try await exchange(.get, "/things", headers: ["Accept": "application/x-ndjson"])
        #expect(lines.text == "{\"id\":\"=0\",\"count\":0}\n{\"id\":\"=1\"}\n")
        let csv = try await exchange(.get, "/things", headers: ["Accept": "text/csv, application/json;q=0.5"])
        #expect(csv.headers[.contentType] == "text/csv; charset=utf-8; header=present")
        #expect(csv.text == "id,count\r\n'=0,0\r\n'=1,\r\n")
    }

    @Test(arguments: ["image/png", "application/json;q=0", "text/html, text/plain"])
    func noAcceptableFormatIs406(accept: String) async throws {
        let answer = try await exchange(.get, "/things", headers: ["Accept": accept])
        #expect(answer.status == 406)
        #expect(answer.json?["detail"]?.string?.contains("text/csv") == true)
    }

    @Test func theLinkLeadsFromPageToPage() async throws {
        var target = "/things?text=a%20b&limit=2"
        var ids: [String] = []
        for _ in 0..<3 {
            let answer = try await exchange(.get, target)
            #expect(answer.status == 200)
            ids += (answer.json?["items"]?.array ?? []).compactMap { $0["id"]?.string }
            guard let link = answer.headers[.link] else { break }
            #expect(link.hasSuffix(">; rel=\"next\""))
            target = String(link.dropFirst().prefix { $0 != ">" })
        }
        #expect(ids == ["=0", "=1", "=2", "=3", "=4"])
    }

    @Test func aCursorIsKnownAgainWhenItsKeyWasReplaced() {
        let (first, second) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        let keys = Mutex(CursorSeal.Keys(current: first))
        let seal = CursorSeal { keys.withLock { $0 } }
        let cursor = PageCursor(position: 7, key: "k", asOf: 9)
        let before = seal.seal(cursor, list: "/things")
        keys.withLock { $0 = CursorSeal.Keys(current: second, others: [first]) }
        #expect(seal.open(before, list: "/things") == cursor)
        let after = seal.seal(cursor, list: "/things")
        #expect(after != before)
        #expect(seal.open(after, list: "/things") == cursor)
        #expect(seal.open(before, list: "/others") == nil)
        #expect(CursorSeal(key: second).open(after, list: "/things") == cursor, "the newest key seals")
        keys.withLock { $0 = CursorSeal.Keys(current: second) }
        #expect(seal.open(before, list: "/things") == nil)
    }

    @Test func aCursorOfAnotherListOrHandIs400() async throws {
        let next = try #require(try await exchange(.get, "/things?text=a").json?["next"]?.string)
        #expect(try await exchange(.get, "/things?text=a&cursor=\(next)").status == 200)
        #expect(try await exchange(.get, "/things?cursor=\(next)&text=a&limit=1").status == 200)
        for target in [
            "/things?text=b&cursor=\(next)", "/things?cursor=\(next)", "/things?text=a&cursor=\(next)A",
            "/things?text=a&cursor=x",
        ] {
            let answer = try await exchange(.get, target)
            #expect(answer.status == 400)
            #expect(answer.faults == ["query /cursor"])
        }
    }

    @Test(arguments: ["0", "11", "-1", "x", "2.0", "+2", "99999999999999999999"])
    func aLimitOutsideItsBoundsIs400(limit: String) async throws {
        #expect(try await exchange(.get, "/things?limit=\(limit)").faults == ["query /limit"])
    }

    @Test func theTagIsThePosition() async throws {
        let answer = try await exchange(.get, "/roles/r1")
        #expect(answer.headers[.eTag] == "W/\"17\"")
        #expect(answer.headers[.position] == "17")
        #expect(answer.headers[.cacheControl] == "private, no-cache")
        let unchanged = try await exchange(.get, "/roles/r1", headers: ["If-None-Match": "\"3\", W/\"17\""])
        #expect(unchanged.status == 304)
        #expect(unchanged.text.isEmpty)
        #expect(unchanged.headers[.eTag] == "W/\"17\"")
        #expect(unchanged.headers[.contentLength] == nil)
        #expect(try await exchange(.get, "/roles/r1", headers: ["If-None-Match": "W/\"18\""]).status == 200)
    }

    @Test func aDemandedPositionIsWaitedForOrRefused() async throws {
        #expect(try await exchange(.get, "/roles/r1", headers: ["X-Min-Position": "100"]).status == 200)
        #expect(try await exchange(.get, "/roles/r1", headers: ["X-Min-Position": "W/\"100\""]).status == 200)
        #expect(try await exchange(.get, "/roles/r1", headers: ["X-Min-Position": "101"]).status == 503)
        #expect(
            try await exchange(.get, "/roles/r1", headers: ["X-Min-Position": "soon"]).faults == [
                "header /X-Min-Position"
            ]
        )
    }

    @Test func nobodyWaitsForAPositionWhoMayNotAskAnyway() async throws {
        let far = ["X-Min-Position": "101"]
        #expect(try await exchange(.get, "/open", headers: far, signedIn: false).status == 200)
        #expect(try await exchange(.get, "/roles/r1", headers: far, signedIn: false).status == 401)
        #expect(try await exchange(.get, "/roles/r1", headers: far, grants: []).status == 403)
    }

    @Test func theTraceGoesOn() async throws {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let answer = try await exchange(.get, "/me", headers: ["traceparent": "00-\(trace)-b7ad6b7169203331-01"])
        #expect(answer.json?["correlationId"]?.string == trace)
        #expect(answer.headers[.traceParent]?.hasPrefix("00-\(trace)-") == true)
        #expect(answer.headers[.traceParent]?.contains("b7ad6b7169203331") == false)
        #expect(answer.headers[.requestID] == trace)
    }

    @Test(arguments: [
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later",
    ])
    func aTraceThatIsNotSampledOrOfALaterVersionGoesOnAsWell(traceparent: String) async throws {
        let answer = try await exchange(.get, "/me", headers: ["traceparent": traceparent])
        #expect(answer.json?["correlationId"]?.string == "0af7651916cd43dd8448eb211c80319c")
    }

    @Test(arguments: [
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", "nonsense", "", "00",
        "00-0af7651916cd43dd8448eb211c80319c", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c8031-b7ad6b7169203331-01",
        "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func aMalformedTraceIsBegunAnew(traceparent: String) async throws {
        let answer = try await exchange(.get, "/me", headers: ["traceparent": traceparent])
        let trace = try #require(answer.json?["correlationId"]?.string)
        #expect(trace.utf8.count == 32)
        #expect(trace != "0af7651916cd43dd8448eb211c80319c")
        #expect(answer.headers[.traceParent]?.hasPrefix("00-\(trace)-") == true)
    }

    @Test(arguments: ["req-7", "two words, and \"quotes\"", String(repeating: "x", count: 5_000)])
    func aRequestIdGoesBackAsItCame(id: String) async throws {
        for target in ["/open", "/nowhere"] {
            #expect(try await exchange(.get, target, headers: ["X-Request-ID": id]).headers[.requestID] == id)
        }
    }

    @Test func onlyAShortAndHarmlessRequestIdGetsIntoLogs() async throws {
        for (id, isLogged) in [("req-7", true), ("two words", false), (String(repeating: "x", count: 129), false)] {
            let answer = try await exchange(.get, "/me", headers: ["X-Request-ID": id])
            #expect((answer.json?["requestId"]?.string == id) == isLogged)
        }
    }

    @Test(arguments: ["application/json", "application/x-ndjson", "text/csv"])
    func aStreamIsWholeInEachFormat(accept: String) async throws {
        let answer = try await exchange(.get, "/stream", headers: ["Accept": accept], signedIn: false)
        #expect(answer.status == 200)
        switch accept {
        case "application/json":
            let items = try #require(answer.json?["items"]?.array)
            #expect(items.count == 4_000)
            #expect(items.last?["id"]?.string == "id-39-99")
        case "text/csv":
            #expect(answer.text.split(separator: "\r\n").count == 4_001)
        default:
            let lines = answer.text.split(separator: "\n")
            #expect(lines.count == 4_000)
            for line in lines { #expect((try? JSONValue(parsing: String(line)))?["id"] != nil) }
        }
    }
}
