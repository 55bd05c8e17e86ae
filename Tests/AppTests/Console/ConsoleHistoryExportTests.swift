import Access
import Events
import Foundation
import JSON
import TestSupport
import Testing

@testable import Console
@testable import HTTPAPI

/// A list of the history that is made into a file: of the same events, whatever was asked.
@Suite struct ConsoleHistoryExportTests {
    private static let texts = [
        "zoë", "\"quoted together\" or left", "grade -draft", "=cmd()|' /C calc'!A1", "100% & <b>more</b>; ' -- \\",
        "𝒳 ",
        "a:* & !b | (c)", "\"", "-", String(repeating: "long ", count: 200).trimmingCharacters(in: .whitespaces),
    ]

    /// A history with words in it, in two branches and in none.
    private static func furnish(_ served: Served, _ random: inout SystemRandomNumberGenerator) async throws {
        for number in 0..<60 {
            let text = texts.randomElement(using: &random) ?? ""
            let logged = Audit.AccessLogged(
                userID: "user-\(number % 4)",
                action: ["update", "read =1+1"].randomElement(using: &random) ?? "",
                resource: "grade",
                resourceID: "grade \(number % 3) <'\">&+%",
                status: "success",
                changes: number % 2 == 0 ? .string(text) : nil
            )
            let branch = ["north", "south", nil][number % 3]
            _ = try await served.system.access.auditAccessLog(logged, branchID: branch, Served.admin)
            let role = DefineRole(
                roleID: "role-\(number)",
                branch: ["north", "south"][number % 2],
                name: "Name \(number)",
                description: number % 3 == 0 ? text : nil
            )
            _ = try await served.system.access.defineRole(role, Served.admin)
        }
        try await served.settle()
    }

    /// A question of some of the filters that there are, as the page takes it.
    private static func question(
        _ times: [String],
        _ random: inout SystemRandomNumberGenerator
    ) -> [String: String] {
        var fields: [String: String] = [:]
        func maybe(_ name: String, _ values: [String], oneIn chance: Int) {
            if Int.random(in: 0..<chance, using: &random) == 0 { fields[name] = values.randomElement(using: &random) }
        }
        maybe("text", texts, oneIn: 2)
        maybe("actor", ["admin", "user-1", "nobody"], oneIn: 5)
        maybe("subject", ["user-1", "user-2"], oneIn: 6)
        maybe("action", ["role-defined", "update", "read =1+1"], oneIn: 5)
        maybe("type", ["rbac.role-defined", "audit.access-logged"], oneIn: 5)
        maybe("resource", ["grade", "role"], oneIn: 5)
        maybe("resourceId", ["grade 1 <'\">&+%", "role-3"], oneIn: 8)
        maybe("branch", ["north", "south", "institution"], oneIn: 3)
        // In its order, since a period that ends before it begins is refused.
        let today = String(ISO8601DateFormatter().string(from: Date()).prefix(10))
        if Int.random(in: 0..<3, using: &random) == 0 {
            let two = [times.randomElement(using: &random) ?? "", times.randomElement(using: &random) ?? ""].sorted()
            (fields["from"], fields["to"]) = (two[0], two[1])
        } else {
            maybe("from", ["2020-02-29", "0001-01-01", today], oneIn: 4)
            maybe("to", [today, "9999-12-31"], oneIn: 4)
        }
        return fields
    }

    /// All positions that the pages of a list show, as of its first page; and where it leads to be exported.
    private static func list(_ desk: ConsoleDesk, _ path: String) async throws -> (positions: [Int64], export: String) {
        var (page, positions, export): (String?, [Int64], String?) = (path, [], nil)
        while let next = page {
            let text = try await desk.get(next).text
            positions += text.matches(of: /class="what" href="\/console\/history\/([0-9]+)"/).compactMap { Int64($0.1) }
            export = export ?? text.firstMatch(of: /<a href="([^"]+)">Export these events/).map { Self.plain($0.1) }
            page = text.firstMatch(of: /<a href="([^"]+)" rel="next">More/).map { Self.plain($0.1) }
        }
        return (positions, try #require(export))
    }

    private static func plain(_ markup: Substring) -> String {
        String(markup).replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    /// The form as its page has it filled in.
    private static func form(_ page: String) throws -> [String: String] {
        let form = try #require(
            page.firstMatch(of: /<form method="post" action="\/console\/exports">.*?<\/form>/.dotMatchesNewlines())
        )
        var fields: [String: String] = ["format": "ndjson", "columns": "position"]
        for input in form.0.matches(
            of: /<input (?:id="[^"]*" |type="hidden" )?name="([^"]+)"(?: type="date")? value="([^"]*)"/
        ) {
            fields[String(input.1)] = Self.plain(input.2)
        }
        for select in form.0.matches(of: /<select [^>]*name="([^"]+)".*?<\/select>/.dotMatchesNewlines()) {
            fields[String(select.1)] = select.0.firstMatch(of: /value="([^"]*)" selected/).map { String($0.1) }
        }
        fields["columns"] = "position"
        fields["format"] = "ndjson"
        return fields
    }

    /// The positions in the file that the form makes.
    private static func file(_ desk: ConsoleDesk, _ address: String) async throws -> (positions: [Int64], page: String)
    {
        let page = try await desk.get(address)
        #expect(page.status == 200, "\(address): \(page)")
        let asked = try await desk.post("/console/exports", try form(page.text))
        let path = try #require(asked.headers[.location], "\(address): \(asked)")
        let isMade = try await eventually(every: .milliseconds(25)) {
            try await !desk.get(path).text.contains("http-equiv=\"refresh\"")
        }
        #expect(isMade, "\(address)")
        let state = try await desk.get(path).text
        let file = try await desk.get("\(path)/file")
        #expect(file.status == 200, "\(address): \(file) \(state)")
        let positions = file.text.split(separator: "\n").compactMap { line in
            (try? JSONValue(parsing: String(line)))?["position"]?.int64
        }
        return (positions, page.text)
    }

    @Test func theFileHasTheEventsOfTheListWhateverWasAsked() async throws {
        try await Served.open { served in
            var random = SystemRandomNumberGenerator()
            try await Self.furnish(served, &random)
            let token = try await served.token(of: FirstStart.administrator)
            let desk = try await ConsoleDesk.signedIn(served, token)
            let all = try await served.send(Sending(.get, "/audit/events?limit=500"), token: token)
            let times = all.items.compactMap { $0["createdAt"]?.string }
            #expect(times.count > 100)
            var found = 0
            for _ in 0..<24 {
                let fields = Self.question(times, &random)
                let address = HistoryQuestion.address(fields)
                let list = try await Self.list(desk, address)
                let file = try await Self.file(desk, list.export)
                #expect(file.positions == list.positions, "\(address) by \(list.export)")
                found += list.positions.isEmpty ? 0 : 1
                // And what the API answers as of the same moment.
                let moment = try #require(list.export.firstMatch(of: /asOf=([0-9]+)/)).1
                var asked = fields
                if let from = asked["from"], from.count == 10 { asked["from"] = from + "T00:00:00Z" }
                if let to = asked["to"], to.count == 10 { asked["to"] = to + "T23:59:59.999999Z" }
                asked["asOf"] = String(moment)
                let answer = try await served.send(
                    Sending(
                        .get,
                        HistoryQuestion.address(asked, at: "/audit/events"),
                        headers: ["Accept": "application/x-ndjson"]
                    ),
                    token: token
                )
                let told = answer.text.split(separator: "\n").compactMap {
                    (try? JSONValue(parsing: String($0)))?["position"]?.int64
                }
                #expect(answer.status == 200 && told == list.positions, "\(address): \(answer.status)")
            }
            #expect(found > 4)
        }
    }

    @Test func whatIsSearchedForIsPersonalTextAndShownToItsOwnerAlone() async throws {
        try await Served.open { served in
            let token = try await served.token(of: FirstStart.administrator)
            let order = #"{"report":"audit-history","words":"zoë \"of ours\"","columns":["position"]}"#
            let asked = try await served.send(Sending(.post, "/exports/csv", order), token: token)
            let id = try #require(
                asked.json?["exportIds"]?.array?.first?.string ?? asked.json?["exportId"]?.string,
                "\(asked)"
            )
            let event = try #require(
                try await served.system.store.reader.eventsBackwards(types: [Events.Exports.Requested.type], limit: 1)
                    .first
            )
            #expect(!String(decoding: event.data ?? [], as: UTF8.self).contains("zoë"))
            #expect(String(decoding: event.personal ?? [], as: UTF8.self).contains("zoë"))
            let own = try await served.send(Sending(.get, "/exports/\(id)"), token: token)
            #expect(own.json?["words"] == "zoë \"of ours\"", "\(own)")
            try await served.grant(["exports:read"], to: "ben", in: "institution", role: "reader")
            let other = try await served.send(Sending(.get, "/exports/\(id)"), token: try await served.token(of: "ben"))
            #expect(other.status == 200 && other.json?["words"] == nil, "\(other)")
            for (report, words) in [("students", "zoë"), ("audit-history", ""), ("audit-history", "a\\u0008b")] {
                let body = #"{"report":"\#(report)","words":"\#(words)"}"#
                let refused = try await served.send(Sending(.post, "/exports/csv", body), token: token)
                #expect(refused.status == 422 && refused.text.contains("/words"), "\(body): \(refused)")
            }
        }
    }

    @Test func aReaderOfSomeBranchesIsToldWhichEventsAreNotInTheFile() async throws {
        try await Served.open { served in
            var random = SystemRandomNumberGenerator()
            try await Self.furnish(served, &random)
            let reading = ["audit.events:read", "exports:create", "rbac.roles:read"]
            try await served.grant(reading + ["rbac.access-logs:read"], to: "clerk", in: "north", role: "north-reader")
            try await served.grant(reading, to: "clerk", in: "south", role: "south-reader")
            let clerk = try await ConsoleDesk.signedIn(served, try await served.token(of: "clerk"))
            let both = try await Self.list(clerk, "/console/history")
            let file = try await Self.file(clerk, both.export)
            #expect(Set(file.positions).isStrictSubset(of: both.positions))
            #expect(file.page.contains("<li>An access was logged</li>"), "\(file.page)")
            // Of one branch it is all of it.
            for branch in ["north", "south"] {
                let own = try await Self.list(clerk, "/console/history?branch=\(branch)")
                let whole = try await Self.file(clerk, own.export)
                #expect(whole.positions == own.positions && !whole.page.contains("Not in it, unless"), "\(branch)")
            }
            // Whoever may make no exports is offered none.
            try await served.grant(["audit.events:read"], to: "reader", in: "north", role: "reader")
            let reader = try await ConsoleDesk.signedIn(served, try await served.token(of: "reader"))
            #expect(try await !reader.get("/console/history").text.contains("Export these events"))
        }
    }

    @Test func anAddressFillsInWhichRowsAndNotWhoGetsThem() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            for query in ["recipients=a@b.example", "fileName=x", "format=pdf", "form=x", "once=x", "columns=actor"] {
                let answer = try await desk.get("/console/exports/new?report=audit-history&\(query)")
                #expect(answer.status == 400, "\(query): \(answer)")
            }
        }
    }
}
