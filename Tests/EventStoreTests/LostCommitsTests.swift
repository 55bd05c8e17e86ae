import EventStore
import Events
import TestSupport
import Testing

/// The log is shorter than it was, or became another one of the same length: nothing that was known of it is believed.
struct LostCommitsTests {
    @Test func aConditionIsNotRefusedForAnEventThatWasLost() async throws {
        try await LogFixture.withLog { log in
            let size = try await log.store.append(.one("user-a")).checkpointSize
            let shorter = try await ShorterLog.remembering(log)
            for index in 0..<3 { _ = try await log.store.append(Self.assignment("r\(index)")) }
            try await shorter.cut()
            var request = AppendRequest.one("user-b")
            request.conditions = [.noneSince(size: size, types: [RBAC.RoleAssigned.type])]
            // The first finds out, and may have to be decided again; from then on it holds.
            _ = try await log.store.append(.one("user-c"))
            let receipt = try await log.store.append(request)
            #expect(receipt.events.map(\.position) == [size + 1])
        }
    }

    @Test func aConditionIsRefusedForAnEventInThePlaceOfOneThatWasLost() async throws {
        try await LogFixture.withLog { log in
            let size = try await log.store.append(.one("user-a")).checkpointSize
            let shorter = try await ShorterLog.remembering(log)
            _ = try await log.store.append(.one("user-lost"))
            try await shorter.cut()
            try await LogFixture.withLog(at: log.url, keys: log.keys) { other in
                _ = try await other.store.append(Self.assignment("r"))
                _ = try await other.store.append(.one("user-x"))
            }
            var request = AppendRequest.one("user-b")
            request.conditions = [.noneSince(size: size, types: [RBAC.RoleAssigned.type])]
            await #expect {
                try await log.store.append(request)
            } throws: { ($0 as? AppendError)?.code == .conditionFailed }
        }
    }

    @Test func aDecisionOnEventsThatWereLostIsRefused() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a"))
            let shorter = try await ShorterLog.remembering(log)
            let seen = try await log.store.append(.one("user-lost")).checkpointSize
            try await shorter.cut()
            var request = AppendRequest.one("user-b")
            request.conditions = [.noneSince(size: seen, types: [RBAC.RoleAssigned.type])]
            await #expect {
                try await log.store.append(request)
            } throws: { ($0 as? AppendError)?.code == .conditionFailed }
            #expect(try await log.store.head().size == seen - 1)
        }
    }

    private static func assignment(_ role: String) -> AppendRequest {
        let event = RBAC.RoleAssigned(userID: "u", roleID: role, branchID: "b")
        return AppendRequest(streams: [StreamAppend(stream: "assigned", events: [NewEvent(event)])], actor: "a")
    }
}
