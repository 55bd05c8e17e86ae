import Access
import HTTPTypes
import Testing

@testable import HTTPAPI

/// Whatever stands in the address of a page, it is answered, or refused as what nobody can ask.
@Suite struct ConsoleAddressTests {
    /// What no parameter of a page is, as it stands in an address: control characters, what is no UTF-8, what is too long.
    private static let hopeless = [
        "%00", "a%00b", "%7f", "%C2%80", "%", "%zz", "%ff", "%ED%A0%80", String(repeating: "x", count: 5_000),
        String(repeating: "%C3%A4", count: 2_500),
    ]
    /// What some parameters may be and others not.
    private static let odd = [
        "-1", "-9223372036854775808", "9223372036854775807", "9223372036854775808", "9007199254740991", "1e400", "+1",
        "0",
        "0000-01-01", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999999Z", "%27%22%3B--", "%5C", "%7B%7Bx%7D%7D",
        "%F0%9D%92%B3", "a%0Ab", "%EF%BF%BF", "(%3A*!%26%22", String(repeating: "9", count: 300),
        String(repeating: "%22", count: 900),
    ]

    private static func answer(_ desk: ConsoleDesk, _ address: String) async -> Answer? {
        do { return try await desk.get(address) } catch {
            Issue.record("\(address.prefix(200)) of \(address.utf8.count): \(error)")
            return nil
        }
    }

    @Test func noAddressOfAPageIsAnsweredByAnErrorOfTheServer() async throws {
        try await Served.open { served in
            let token = try await served.token(of: FirstStart.administrator)
            let review = try await served.system.access.openReview(branchID: "institution", Served.admin).id
            try await served.settle()
            let pages = served.pages.filter { $0.method == .get }
            let walked = try await withThrowingTaskGroup(of: Int.self) { group in
                for part in 0..<4 {
                    group.addTask {
                        let desk = try await ConsoleDesk.signedIn(served, token)
                        var walked = 0
                        for place in stride(from: part, to: pages.count, by: 4) {
                            walked += await Self.walk(pages[place], desk, review: review)
                        }
                        return walked
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(walked > 2_000)
        }
    }

    /// Asks for a page with each value in each of its parameters, and in its path; says how often.
    private static func walk(_ page: Endpoint, _ desk: ConsoleDesk, review: String) async -> Int {
        let request = page.request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let base = request[0].replacing("/reviews/nobody", with: "/reviews/\(review)")
        let needed = request.dropFirst().first.map { $0.split(separator: "&").map(String.init) } ?? []
        let names = page.operation.parameters.filter { $0.location == .query }.map(\.name)
        var walked = 0
        // Conditions come in many places of the same kind.
        for name in names where name.firstMatch(of: /-[1-9]/) == nil {
            let others = needed.filter { !$0.hasPrefix("\(name)=") }
            for value in hopeless + odd {
                // There it is waited for what comes after a position.
                if page.path.text.hasSuffix("/news"), Int64(value).map({ $0 >= 0 }) == true { continue }
                let address = "\(base)?" + (others + ["\(name)=\(value)"]).joined(separator: "&")
                guard let answer = await answer(desk, address) else { continue }
                // What a page is of is looked for first.
                let isGone = answer.status == 404 && !page.path.parameters.isEmpty
                let isRight = hopeless.contains(value) ? answer.status == 400 || isGone : answer.status < 500
                #expect(isRight, "\(page.name) \(address.prefix(200)): \(answer.status)")
                walked += 1
            }
        }
        for value in hopeless + odd where !page.path.parameters.isEmpty {
            var address = page.path.text
            for parameter in page.path.parameters { address = address.replacing("{\(parameter)}", with: value) }
            if !needed.isEmpty { address += "?" + needed.joined(separator: "&") }
            guard let answer = await answer(desk, address) else { continue }
            #expect(answer.status < 500, "\(page.name) \(address.prefix(200)): \(answer.status)")
            walked += 1
        }
        for name in ["%00", "%", "no%00such", "nosuch"] {
            guard let answer = await answer(desk, "\(base)?\(name)=1") else { continue }
            #expect(answer.status < 500, "\(page.name) \(name): \(answer.status)")
        }
        return walked
    }

    @Test func whatCannotBeAskedIsToldByAPage() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            for address in [
                "/console/history?text=%00", "/console/history?text=%7f", "/console/history?actor=%ff",
                "/console/history?text=\(String(repeating: "w", count: 1_001))", "/console/compare?from=%00&to=1",
                "/console/access?branch=%00", "/console/exports/new?report=%00", "/console/inbox?state=%",
            ] {
                let answer = try await desk.get(address)
                #expect(answer.status == 400, "\(address): \(answer)")
                #expect(answer.text.contains("<main") && answer.headers[.contentType]?.hasPrefix("text/html") == true)
            }
        }
    }

    @Test func aMomentOfAnExportIsAPositionThatTheLogCanHave() async throws {
        try await Served.open { served in
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let form = try await desk.formToken("/console/exports/new?report=students")
            for moment in [
                "9223372036854775807", "9007199254740992", "-1", "+1", "99999999999999999999", "9007199254740991",
            ] {
                let fields = [
                    "form": form, "report": "students", "format": "csv", "columns": "studentId", "asOf": moment,
                ]
                let answer = try await desk.post("/console/exports", fields)
                #expect(answer.status == 422 && answer.text.contains("asOf:"), "\(moment): \(answer)")
            }
        }
    }
}
