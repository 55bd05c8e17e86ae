import Access
import HTTPTypes
import TestSupport
import Testing

/// In a session only the roles that are active in it count, also for what is shown and what is sent.
struct SessionReachTests {
    @Test func aSessionLimitsWhatIsShownAndWhatIsSent() async throws {
        try await TwoBranches.open { branches in
            let served = branches.served
            let user = "worker"
            let token = try await served.token(of: user)
            let reads = ["audit.events:read", "institution.students:read"]
            for branch in [TwoBranches.ownBranch, TwoBranches.otherBranch] {
                try await served.grant(reads, to: user, in: branch, role: "reads-in-\(branch)")
            }
            let type = "institution.schedule-changed"
            try await served.grant(["events.\(type):write"], to: user, in: TwoBranches.ownBranch, role: "sends")
            let body = #"{"roleIds":["reads-in-\#(TwoBranches.ownBranch)"]}"#
            let opened = try await served.send(Sending(.post, "/rbac/sessions", body), token: token)
            let session = try #require(opened.json?["session"]?["sessionId"]?.string)
            try await served.settle()
            for list in ["/institution/students", "/audit/events?limit=500"] {
                let all = try await served.send(Sending(.get, list), token: token)
                #expect(all.text.contains(TwoBranches.other), "\(list)")
                let some = try await served.send(
                    Sending(.get, list, headers: ["Daybook-Session": session]),
                    token: token
                )
                #expect(some.status == 200 && some.text.contains(TwoBranches.own), "\(list): \(some)")
                #expect(!some.text.contains(TwoBranches.other), "\(list): \(some)")
            }
            var event = Sending.event(
                type,
                EventExample.data(of: type, branch: TwoBranches.ownBranch, word: TwoBranches.own)
            )
            event.headers["Daybook-Session"] = session
            #expect(try await served.send(event, token: token).status == 403)
            event.headers["Daybook-Session"] = "no-such-session"
            #expect(try await served.send(event, token: token).problem == "no-session")
        }
    }
}
