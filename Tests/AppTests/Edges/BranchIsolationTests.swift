import Events
import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing
import Time

@testable import HTTPAPI

/// Whoever holds every permission in one branch learns nothing of another, and changes nothing there.
@Suite(.serialized) struct BranchIsolationTests {
    /// What a client hears of the other branch beyond what it said itself.
    private static func leak(in answer: Answer, to request: Sending) -> String? {
        let said = "\(request.target.removingPercentEncoding ?? "") \(request.body ?? "") \(request.headers)"
        var heard = answer.everything.removingPercentEncoding ?? answer.everything
        let words = said.split { !($0.isLetter || $0.isNumber || "-._@".contains($0)) }.map(String.init)
        for word in Set(words).sorted(by: { $0.count > $1.count }) where word.contains(TwoBranches.other) {
            heard = heard.replacing(word, with: "")
        }
        guard let found = heard.range(of: TwoBranches.other) else { return nil }
        let from = heard.index(found.lowerBound, offsetBy: -60, limitedBy: heard.startIndex) ?? heard.startIndex
        let to = heard.index(found.upperBound, offsetBy: 60, limitedBy: heard.endIndex) ?? heard.endIndex
        return String(heard[from..<to])
    }

    @Test func noRequestTellsOrChangesAnythingOfAnotherBranch() async throws {
        try await TwoBranches.open { branches in
            let attacks = Attacks(branches: branches)
            let served = branches.served
            func otherRows() async throws -> Set<String> {
                try await StateOfThings.rows(
                    served.url,
                    holding: TwoBranches.other,
                    butNot: TwoBranches.ownBranch
                )
            }
            let before = try await otherRows()
            #expect(before.count > 50)
            let position = try await served.system.store.head().size
            var sent = 0
            // Questions first: what changes something here may end what a question needs.
            // A stream has no end to wait for; it tells what is in the reader's own inbox, as polling does.
            let ending = served.endpoints.filter { $0.name != "GET /notifications/stream" }
            let ordered = ending.filter { $0.method == .get } + ending.filter { $0.method != .get }
            for endpoint in ordered {
                for request in attacks.all(of: endpoint) {
                    let answer = try await served.send(request, token: branches.insiderToken)
                    sent += 1
                    #expect(answer.status < 500, "\(request): \(answer)")
                    let leak = Self.leak(in: answer, to: request)
                    #expect(leak == nil, "\(request): \(answer.status) tells …\(leak ?? "")…")
                    if request.headers["Daybook-Session"] != nil, endpoint.access != .open {
                        #expect(answer.status == 403, "\(request) in another's session: \(answer)")
                    }
                }
            }
            for type in EventCatalogue.all.map(\.type.rawValue) where type.hasPrefix("institution.") {
                for (branch, envelope) in [
                    (TwoBranches.otherBranch, TwoBranches.otherBranch), (TwoBranches.ownBranch, TwoBranches.ownBranch),
                    (TwoBranches.ownBranch, TwoBranches.otherBranch), (TwoBranches.otherBranch, TwoBranches.ownBranch),
                ] {
                    let data = EventExample.data(of: type, branch: branch, word: TwoBranches.other)
                    let request = Sending.event(type, data, branch: envelope)
                    let answer = try await served.send(request, token: branches.insiderToken)
                    sent += 1
                    // Whose branch it is whoever sends it may say; of what there is none is told.
                    let begins = answer.status == 201
                    #expect(!begins || branch == TwoBranches.ownBranch, "\(request): \(answer)")
                    #expect(Self.leak(in: answer, to: request) == nil, "\(request): \(answer)")
                }
            }
            #expect(sent > 700)
            try await served.settle()
            let after = try await otherRows()
            #expect(after == before, "\(after.symmetricDifference(before).sorted())")
            let events = try await Psql.run(
                """
                select type || ' ' || stream from log.events
                where position >= \(position) and branch = '\(TwoBranches.otherBranch)'
                """,
                on: served.url
            )
            #expect(events == "")
        }
    }

    @Test func nothingThatHappensInAnotherBranchChangesAnAnswer() async throws {
        try await TwoBranches.open { branches in
            let attacks = Attacks(branches: branches)
            // The size and the root of the log are everybody's; so are its hashes.
            let shared = ["/log/checkpoint", "/log/consistency", "/log/tile", "/log/events/{position}/proof"]
            let endpoints = branches.served.endpoints.filter { endpoint in
                endpoint.isQuestion && endpoint.path.text != "/notifications/stream"
                    && !shared.contains { endpoint.path.text.hasPrefix($0) }
            }
            // What is asked from here on is in the access log itself.
            let now = Timestamp.now().rfc3339
            func answers() async throws -> [String: String] {
                try await branches.served.settle()
                var answers: [String: String] = [:]
                for endpoint in endpoints {
                    let variants: [[String: String]] =
                        endpoint.path.text == "/rbac/audit-logs"
                        ? [["to": now]] : [[:], ["branchId": TwoBranches.ownBranch]]
                    for chosen in variants {
                        if let name = chosen.keys.first,
                            !endpoint.operation.parameters.contains(where: { $0.name == name })
                        {
                            continue
                        }
                        let request = attacks.plain(endpoint, chosen)
                        let answer = try await branches.served.send(request, token: branches.insiderToken)
                        answers["\(request)"] = "\(answer.status) \(Self.comparable(answer.text))"
                    }
                }
                return answers
            }
            _ = try await answers()
            let before = try await answers()
            try await branches.addToOther("zuid-more")
            let after = try await answers()
            for (request, answer) in before { #expect(after[request] == answer, "\(request)") }
            #expect(before.values.count { $0.hasPrefix("200") } > 40)
        }
    }

    /// An answer without what depends on when it was asked, and without the reads themselves, which are in it.
    private static func comparable(_ text: String) -> String {
        text.replacing(
            #/"(traceId|next|next_token|at|to|position|belowPosition|proof|instance|size)":("[^"]*"|[0-9]+),?/#,
            with: ""
        )
    }

    @Test func aCursorBelongsToItsListAndShowsNoMoreThanItsReader() async throws {
        try await TwoBranches.open { branches in
            let served = branches.served
            let lists = [
                "/rbac/roles", "/rbac/permissions", "/rbac/users/both/roles", "/rbac/expiring", "/rbac/audit-logs",
                "/audit/events", "/audit/trail/user/both", "/institution/students", "/institution/fees",
                "/rbac/permissions/institution.fees:read/users?branchId=\(TwoBranches.ownBranch)",
            ]
            var cursors: [(list: String, cursor: String)] = []
            for list in lists {
                let mark = list.contains("?") ? "&" : "?"
                let page = try await served.send(Sending(.get, "\(list)\(mark)limit=1"), token: branches.adminToken)
                #expect(page.status == 200, "\(list): \(page)")
                if let next = page.json?["next"]?.string { cursors.append((list, next)) }
            }
            #expect(cursors.count > 6)
            for (list, cursor) in cursors {
                for other in lists {
                    let mark = other.contains("?") ? "&" : "?"
                    let request = Sending(.get, "\(other)\(mark)limit=500&cursor=\(cursor)")
                    let answer = try await served.send(request, token: branches.insiderToken)
                    #expect(answer.status == (other == list ? 200 : 400), "\(request): \(answer)")
                    #expect(Self.leak(in: answer, to: request) == nil, "\(request): \(answer)")
                }
            }
        }
    }
}
