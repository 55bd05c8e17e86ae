import Access
import Exports
import Foundation
import HTTPTypes
import JSON
import OpenSSL
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// Exports by the console: whose they are, what their form has, and what is handed out.
@Suite struct ConsoleExportTests {
    private static let makers = ["exports:create", "institution.students:read"]

    private static func open(
        _ body: @escaping @Sendable (Served, ConsoleDesk, ConsoleDesk) async throws -> Void
    ) async throws {
        try await Served.open { served in
            let (ann, ben) = (try await served.token(of: "ann"), try await served.token(of: "ben"))
            try await served.grant(makers, to: "ann", in: "institution", role: "maker")
            try await served.grant(["exports:create"], to: "ben", in: "institution", role: "other")
            try await body(served, try await .signedIn(served, ann), try await .signedIn(served, ben))
        }
    }

    /// Has an export made by the form of its page, and gives its address.
    private static func make(_ desk: ConsoleDesk, _ fields: [String: String] = [:]) async throws -> String {
        let report = fields["report"] ?? "students"
        let form = try await desk.formToken("/console/exports/new?report=\(report)")
        let answer = try await desk.post(
            "/console/exports",
            ["form": form, "report": report, "format": "csv", "columns": "studentId"].merging(fields) { $1 }
        )
        #expect(answer.status == 303, "\(answer)")
        return try #require(answer.headers[.location])
    }

    /// Waits until the page of an export says how it ended.
    private static func end(_ desk: ConsoleDesk, _ path: String) async throws -> String {
        var page = ""
        let hasEnded = try await eventually(every: .milliseconds(25)) {
            page = try await desk.get(path).text
            return !page.contains("http-equiv=\"refresh\"")
        }
        #expect(hasEnded, "\(path)")
        return page
    }

    @Test func anExportIsMadeByAFormAndItsFileIsTakenByTheCookie() async throws {
        try await Self.open { served, ann, _ in
            let asked = try await ann.get("/console/exports/new?report=students").text
            let once = String(try #require(asked.firstMatch(of: /name="once" value="([^"]+)"/)).1)
            let path = try await Self.make(
                ann,
                ["once": once, "fileName": "of the year", "sort": "studentId", "order": "falling"]
            )
            // Sent twice it is made once; filled in otherwise, or by a form of its own, it is another.
            let fields = ["once": once, "fileName": "of the year", "sort": "studentId", "order": "falling"]
            #expect(try await Self.make(ann, fields) == path)
            #expect(try await Self.make(ann, fields.merging(["fileName": "another"]) { $1 }) != path)
            #expect(try await Self.make(ann, fields.merging(["once": "of-another-form"]) { $1 }) != path)
            let page = try await Self.end(ann, path)
            #expect(page.contains("state healthy\">completed"), "\(page)")
            #expect(page.contains("daybook export verify &#39;of the year.csv&#39; --export"), "\(page)")
            let file = try await ann.get("\(path)/file")
            #expect(file.status == 200, "\(file)")
            #expect(file.headers[.contentDisposition]?.contains("of the year.csv") == true)
            #expect(file.headers[values: .contentSecurityPolicy].count == 1)
            let digest = SHA256.hash(Array(file.text.utf8)).hex
            #expect(page.contains(digest) && file.text.hasPrefix("studentId"), "\(file)")
            // That it was taken away is recorded, of whoever did.
            let id = String(path.split(separator: "/").last ?? "")
            let record = try await served.system.exports.export(id, for: "ann", rights: .all)
            #expect(
                record.downloads == 1 && record.order.sort == ["-studentId"] && record.order.columns == ["studentId"]
            )
            #expect(try await ann.get("/console/exports").text.contains("\(path)/file"))
            let form = try await ann.formToken(path)
            #expect(try await ann.post("\(path)/remove", ["form": form]).status == 303)
            let gone = try await ann.get(path).text
            #expect(gone.contains(">removed<") && !gone.contains("\(path)/file"))
            #expect(try await ann.get("\(path)/file").status == 410)
        }
    }

    @Test func anotherPersonsExportIsNotThere() async throws {
        try await Self.open { served, ann, ben in
            let path = try await Self.make(ann)
            _ = try await Self.end(ann, path)
            let form = try await ben.formToken("/console/exports")
            for address in [path, "\(path)/file"] {
                let answer = try await ben.get(address)
                #expect(answer.status == 404, "\(address): \(answer)")
            }
            for address in ["\(path)/cancel", "\(path)/remove"] {
                let answer = try await ben.post(address, ["form": form])
                #expect(answer.status == 404, "\(address): \(answer)")
            }
            #expect(try await !ben.get("/console/exports").text.contains(path))
            let id = String(path.split(separator: "/").last ?? "")
            #expect(try await served.system.exports.export(id, for: "ann", rights: .all).deletedAt == nil)
            // With the permission it is seen; its file takes what is in it.
            try await served.grant(["exports:read"], to: "ben", in: "institution", role: "reader")
            let page = try await ben.get(path)
            #expect(page.status == 200 && !page.text.contains("Remove the file"), "\(page)")
            #expect(try await ben.get("\(path)/file").status == 403)
            #expect(try await ben.post("\(path)/remove", ["form": form]).status == 403)
        }
    }

    @Test func withoutItsTokenOrItsRightsNothingIsMade() async throws {
        try await Self.open { served, ann, ben in
            let path = try await Self.make(ann)
            let fields = ["report": "students", "format": "csv", "columns": "studentId"]
            for form in ["", try await ben.formToken("/console/inbox")] {
                for address in ["/console/exports", "\(path)/cancel", "\(path)/remove"] {
                    let sent = address == "/console/exports" ? fields.merging(["form": form]) { $1 } : ["form": form]
                    #expect(try await ann.post(address, sent).status == 403, "\(address)")
                }
            }
            // Who may not read students has none made of them.
            let own = try await ben.formToken("/console/exports")
            let refused = try await ben.post("/console/exports", fields.merging(["form": own]) { $1 })
            #expect(refused.status == 403 && refused.text.contains("institution.students:read"), "\(refused)")
            let nobody = try await ConsoleDesk.signedIn(served, try await served.token(of: "nobody"))
            let none = try await nobody.formToken("/console/exports")
            #expect(try await nobody.post("/console/exports", fields.merging(["form": none]) { $1 }).status == 403)
            #expect(try await nobody.get("/console/exports/new?report=students").status == 403)
            #expect(try await !nobody.get("/console/exports").text.contains("Make a file of"))
            // What is offered is what there are rights for.
            let offered = try await ann.get("/console/exports").text
            #expect(offered.contains("value=\"students\"") && !offered.contains("value=\"transactions\""))
            #expect(!offered.contains("value=\"identity.tokens\""))
            let all = try await served.system.exports.exports(for: "ann", rights: .all)
            #expect(all.count == 1)
        }
    }

    @Test func theFormHasTheFieldsOfItsReportAndSaysWhatIsWrong() async throws {
        try await Self.open { served, _, _ in
            let admin = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let fees = try await admin.get("/console/exports/new?report=fees-by-branch").text
            #expect(fees.contains("name=\"from\" type=\"date\"") && fees.contains("name=\"branch\""))
            let table = try await admin.get("/console/exports/new?report=identity.users").text
            #expect(!table.contains("name=\"from\" type=\"date\"") && !table.contains("name=\"branch\""))
            #expect(try await admin.get("/console/exports/new?report=nothing.such").status == 404)
            let student = try await admin.get("/console/exports/new?report=student-report").text
            #expect(student.contains("value=\"studentId\" selected"))
            let form = try await admin.formToken("/console/exports/new?report=student-report")
            for (fields, said) in [
                (["format": "csv"], "filter that names it"), ([:], "what kind of file"),
                (["format": "csv", "locale": "x"], "language tag"),
                (["format": "csv", "asOf": "yesterday"], "position of the log"),
                (["format": "csv", "from": "never"], "2026-01-31"), (["format": "csv", "keepDays": "0"], "3,650"),
                (["format": "csv", "column-0": "nonsense", "value-0": "1"], "no column"),
                (["format": "csv", "branch": String(repeating: "b", count: 201)], "branchId: At most 200"),
                (["format": "csv", "value-0": String(repeating: "v", count: 201)], "filters/0/value: At most 200"),
                (["format": "csv", "value-0": "a\nb"], "filters/0/value: The character U+000A"),
            ] {
                let answer = try await admin.post(
                    "/console/exports",
                    ["form": form, "report": "student-report", "columns": "score", "fileName": "<b>kept</b>"]
                        .merging(fields) { $1 }
                )
                #expect(answer.status == 422 && answer.text.contains("role=\"alert\""), "\(fields): \(answer)")
                #expect(answer.text.contains(said), "\(fields): \(answer)")
                #expect(answer.text.contains("value=\"&lt;b&gt;kept&lt;/b&gt;\""), "\(fields)")
            }
            for name in ["branch", "value-0", "columns", "report"] {
                var fields = ["form": form, "report": "student-report", "format": "csv", "columns": "score"]
                fields[name] = "a\u{0}b"
                let answer = try await admin.post("/console/exports", fields)
                #expect(answer.status == 422 && answer.text.contains("not a form"), "\(name): \(answer)")
            }
            let path = try await Self.make(
                admin,
                [
                    "report": "student-report", "column-0": "studentId", "value-0": "<script>1</script>",
                    "columns": "score",
                ]
            )
            let page = try await Self.end(admin, path)
            #expect(page.contains("studentId = &lt;script&gt;1&lt;/script&gt;"), "\(page)")
        }
    }

    @Test func anExportIsCalledOffBeforeItIsMade() async throws {
        try await Served.open { served in
            let token = try await served.token(of: FirstStart.administrator)
            let desk = try await ConsoleDesk.signedIn(served, token)
            // One that is not made before tomorrow.
            let later = ISO8601DateFormatter().string(from: Date().addingTimeInterval(86_400))
            let asked = try await served.send(
                Sending(
                    .post,
                    "/exports/batch",
                    #"{"notBefore":"\#(later)","exports":[{"report":"students","format":"csv"}]}"#
                ),
                token: token
            )
            let id = try #require(asked.json?["exportIds"]?.array?.first?.string, "\(asked)")
            let page = try await desk.get("/console/exports/\(id)").text
            #expect(page.contains(">queued<") && page.contains("http-equiv=\"refresh\""))
            // By loading itself anew it keeps no session alive; the list waits to be asked.
            let again = "/console/exports/\(id)?byItself=1"
            #expect(page.contains("content=\"3;url=\(again)\""), "\(page)")
            let list = try await desk.get("/console/exports").text
            #expect(!list.contains("http-equiv=\"refresh\"") && list.contains("Show how it stands now"))
            let (seal, fresh) = (SessionSeal(keys: served.system.store.keys), desk.cookies)
            var session = try #require(fresh["daybook-session"].flatMap { seal.open($0) })
            session.seenAt = session.seenAt - .seconds(600)
            desk.cookies["daybook-session"] = try seal.close(session)
            let loaded = try await desk.get(again)
            #expect(loaded.status == 200 && loaded.headers[.setCookie] == nil, "\(loaded)")
            #expect(try await desk.get("/console/exports/\(id)").headers[.setCookie] != nil)
            let form = try await desk.formToken("/console/exports/\(id)")
            #expect(try await desk.post("/console/exports/\(id)/cancel", ["form": form]).status == 303)
            let after = try await desk.get("/console/exports/\(id)").text
            #expect(after.contains(">cancelled<") && !after.contains("http-equiv=\"refresh\""))
            #expect(try await desk.post("/console/exports/\(id)/cancel", ["form": form]).status == 409)
        }
    }
}
