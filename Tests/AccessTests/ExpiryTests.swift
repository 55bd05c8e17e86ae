import Access
import EventStore
import Events
import TestSupport
import Testing
import Time

/// That something has come to its end is an event of its own.
struct ExpiryTests {
    @Test func anEndIsRecordedOnceHoweverManyReplicasLook() async throws {
        try await AccessFixture.withAccess { fixture in
            try await AccessFixture.withAccess(at: fixture.log.url, keys: fixture.log.keys) { other in
                let end = Timestamp.now().advanced(by: .seconds(5))
                for user in ["ann", "bob", "max"] {
                    let command = AssignRole(userID: user, roleID: "teacher", branch: "north", expiresAt: end)
                    _ = try await fixture.access.assignRoleToUser(command, fixture.root)
                }
                let later = AssignRole(userID: "sue", roleID: "teacher", expiresAt: end.advanced(by: .seconds(3_600)))
                _ = try await fixture.access.assignRoleToUser(later, fixture.root)
                let reactors = [fixture, other].map { replica in
                    ExpiryReactor(replica.access, pool: replica.log.pool, interval: .milliseconds(20))
                }
                let running = reactors.map { reactor in Task { try await reactor.run() } }
                defer { running.forEach { $0.cancel() } }
                let reader = fixture.log.store.reader
                var expired: [RecordedEvent] = []
                while expired.count < 3 {
                    try await Task.sleep(for: .milliseconds(20))
                    expired = try await reader.events(from: 0, types: [RBAC.RoleExpired.type])
                }
                // Whoever comes second finds the thing done.
                try await Task.sleep(for: .milliseconds(300))
                expired = try await reader.events(from: 0, types: [RBAC.RoleExpired.type])
                #expect(
                    try expired.map { try $0.decode(RBAC.RoleExpired.self).userID }.sorted() == ["ann", "bob", "max"]
                )
                #expect(expired.allSatisfy { $0.header.recordedAt >= end && $0.header.branch == "north" })
                #expect(expired.allSatisfy { $0.header.actor == AccessActor.systemID })
                let roles = try await fixture.access.getUserRoles("ann").value
                #expect(roles.isEmpty)
            }
        }
    }

    @Test func aCheckNeedsNobodyToRecordAnEnd() async throws {
        try await AccessFixture.withAccess { fixture in
            let end = Timestamp.now().advanced(by: .seconds(5))
            let command = AssignRole(userID: "ann", roleID: "teacher", expiresAt: end)
            _ = try await fixture.access.assignRoleToUser(command, fixture.root)
            #expect(try await fixture.may("ann", "rbac.roles:read") == .allowed)
            while Timestamp.now() < end { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await fixture.may("ann", "rbac.roles:read") == .expired)
            let expired = try await fixture.log.store.reader.events(from: 0, types: [RBAC.RoleExpired.type])
            #expect(expired.isEmpty)
        }
    }

    @Test func aBatchOfWhatFellDueIsRecordedWhole() async throws {
        try await AccessFixture.withAccess { fixture in
            let end = Timestamp.now().advanced(by: .seconds(10))
            for number in 0..<25 {
                let command = AssignRole(userID: "user-\(number)", roleID: "student", expiresAt: end)
                _ = try await fixture.access.assignRoleToUser(command, fixture.root)
            }
            while Timestamp.now() < end { try await Task.sleep(for: .milliseconds(10)) }
            let reactor = ExpiryReactor(fixture.access, pool: fixture.log.pool)
            #expect(try await reactor.record(limit: 10))
            #expect(try await reactor.record(limit: 10))
            #expect(try await !reactor.record(limit: 10))
            #expect(try await !reactor.record(limit: 10))
            let expired = try await fixture.log.store.reader.events(from: 0, types: [RBAC.RoleExpired.type])
            #expect(expired.count == 25)
        }
    }
}
