import Access
import Foundation
import HTTPTypes
import Testing

@testable import HTTPAPI

/// A visitor of the console: keeps cookies as a browser does, and fills in forms.
final class ConsoleDesk {
    let served: Served
    var cookies: [String: String] = [:]

    init(_ served: Served) { self.served = served }

    /// A visitor who is signed in.
    static func signedIn(_ served: Served, _ token: String) async throws -> ConsoleDesk {
        let desk = ConsoleDesk(served)
        let answer = try await desk.signIn(token)
        #expect(answer.status == 303, "\(answer)")
        return desk
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(Sending(.get, path, headers: headers))
    }

    /// Sends a form, as a page of the server does.
    func post(_ path: String, _ fields: [String: String], origin: String? = "http://127.0.0.1") async throws -> Answer {
        let body = fields.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        var sending = Sending(.post, path, body)
        sending.type = "application/x-www-form-urlencoded"
        if let origin { sending.headers["Origin"] = origin }
        return try await send(sending)
    }

    func signIn(_ token: String, next: String = "", origin: String? = "http://127.0.0.1") async throws -> Answer {
        let form = try await formToken("/console/sign-in")
        return try await post("/console/sign-in", ["token": token, "form": form, "next": next], origin: origin)
    }

    /// The token that stands in the form of a page.
    func formToken(_ path: String) async throws -> String {
        let page = try await get(path).text
        let match = try #require(page.firstMatch(of: /name="form" value="([^"]+)"/), "\(page)")
        return String(match.1)
    }

    private func send(_ sending: Sending) async throws -> Answer {
        var sending = sending
        if !cookies.isEmpty {
            sending.headers["Cookie"] = cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; ")
        }
        var answer = try await served.send(sending, token: nil)
        // Where the machine has much to do, a read model may be behind for longer than an answer waits.
        for _ in 0..<5 where answer.status == 503 {
            try await served.settle()
            answer = try await served.send(sending, token: nil)
        }
        for field in answer.headers[values: .setCookie] {
            let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = field.contains("Max-Age=0") ? nil : String(pair[1])
        }
        return answer
    }
}
