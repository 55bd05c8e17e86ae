import Access
import EventStore
import Events
import JSON
import Postgres
import Recovery
import TestSupport
import Testing
import Time

/// A preview says what a restore would change, in counts and in rows.
struct PreviewTests {
    private let operator_ = Author(id: "operator", correlationID: String(repeating: "a", count: 32))

    @Test func itTellsWhatWouldComeGoAndChange() async throws {
        try await Institution.open { institution in
            let (access, root) = (institution.access, institution.root)
            _ = try await access.defineRole(DefineRole(roleID: "tutor", branch: "north", name: "Tutor"), root)
            _ = try await access.assignRoleToUser(AssignRole(userID: "kim", roleID: "tutor", branch: "north"), root)
            let then = try await institution.end
            _ = try await access.updateRole(UpdateRole(roleID: "tutor", name: "Mentor"), root)
            _ = try await access.removeRoleFromUser(RemoveRole(userID: "kim", roleID: "tutor"), root)
            _ = try await access.assignRoleToUser(AssignRole(userID: "lee", roleID: "tutor", branch: "north"), root)

            let findings = try await institution.recovery.preview(.position(then), by: operator_).findings
            #expect(findings.toPosition == then)
            #expect(findings.things.map(\.thing) == ["role", "user-role"])
            let role = findings.things[0]
            #expect([role.added, role.removed, role.changed] == [0, 0, 1])
            #expect(role.rows[0].label == "role “Mentor” of north")
            #expect(role.rows[0].before?["name"] == "Mentor")
            #expect(role.rows[0].after?["name"] == "Tutor")
            let assignments = findings.things[1]
            #expect([assignments.added, assignments.removed, assignments.changed] == [1, 1, 0])
            #expect(assignments.rows.map(\.change) == [.added, .removed])
            #expect(assignments.rows.map(\.label) == ["kim as “Tutor” in north", "lee as “Mentor” in north"])
            #expect(findings.administrators == [FirstStart.administrator])
            #expect(findings.obstacle == nil)
        }
    }

    @Test func itIsRecordedAndChangesNothingElse() async throws {
        try await Institution.open { institution in
            let before = try await institution.holding()
            let preview = try await institution.recovery.preview(.position(0), by: operator_)
            let (event, previewed) = try #require(try await institution.newest(Events.Recovery.Previewed.self))
            #expect(event.position == preview.receipt.events[0].position)
            #expect(event.header.actor == "operator")
            #expect(event.header.correlationID == operator_.correlationID)
            #expect(previewed.toPosition == 0)
            #expect(previewed.previewDigest == preview.findings.digest)
            #expect(try await institution.holding() == before)
        }
    }

    @Test func rowsAreBoundedAndCountsAreNot() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            for index in 0..<15 {
                let assign = AssignRole(userID: "user-\(index)", roleID: "student", branch: "north")
                _ = try await institution.access.assignRoleToUser(assign, institution.root)
            }
            let recovery = try RecoveryService(
                store: institution.log.store,
                pool: institution.log.pool,
                engine: institution.engine,
                administration: [],
                shownRows: 4
            )
            let things = try await recovery.preview(.position(then), by: operator_).findings.things
            #expect(things.map(\.removed) == [15])
            #expect(things.map(\.rows.count) == [4])
        }
    }

    @Test func aTimeMeansTheLastEventByThen() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let event = try #require(try await institution.log.store.reader.event(at: then))
            _ = try await institution.access.createCustomPermission(
                CreatePermission(name: "late:read"),
                institution.root
            )
            let preview = try await institution.recovery.preview(.time(event.header.recordedAt), by: operator_)
            #expect(preview.findings.toPosition == then)
            #expect(preview.findings.toTimestamp == event.header.recordedAt)
        }
    }

    @Test func aTimeThatHasNotComeIsRefused() async throws {
        try await Institution.open { institution in
            let soon = Timestamp(microseconds: Timestamp.now().microseconds + 60_000_000)
            await #expect {
                try await institution.recovery.preview(.time(soon), by: operator_)
            } throws: { ($0 as? RecoveryError)?.code == .noSuchMoment }
        }
    }

    @Test func aPositionWithinOneAppendIsRefusedAndTheNearestWholeOnesAreNamed() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let roles = ["student", "teacher", "manager"]
            let streams = roles.map { role in
                StreamAppend(
                    stream: "user-kim-\(role)",
                    events: [NewEvent(RBAC.RoleAssigned(userID: "kim", roleID: role, branchID: "north"))]
                )
            }
            _ = try await institution.log.store.append(AppendRequest(streams: streams, actor: "admin"))
            for position in [then + 1, then + 2] {
                let error = await #expect(throws: RecoveryError.self) {
                    try await institution.recovery.preview(.position(position), by: operator_)
                }
                #expect(error?.code == .noSuchMoment)
                #expect(error?.message.contains(" \(then), right before") == true)
                #expect(error?.message.contains(" \(then + 3), right after") == true)
            }
            for position in [then, then + 3] {
                let preview = try await institution.recovery.preview(.position(position), by: operator_)
                #expect(preview.findings.toPosition == position)
            }
        }
    }

    @Test func whatOthersAppendedInTheSameCommitIsNotInTheWay() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            // The head is kept until all have come, so that they are committed together.
            let blocker = try await PostgresConnection.connect(
                PostgresConfiguration(url: institution.log.url),
                logger: LogFixture.quiet
            )
            try await blocker.script("begin; select from log.head for update")
            let store = institution.log.store
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for user in ["a", "b", "c", "d", "e"] {
                    group.addTask {
                        let event = RBAC.RoleAssigned(userID: user, roleID: "student", branchID: "north")
                        return try await store.append(
                            AppendRequest(streams: [StreamAppend(stream: user, events: [NewEvent(event)])], actor: user)
                        )
                    }
                }
                try await Task.sleep(for: .milliseconds(100))
                try await blocker.script("rollback")
                return try await group.reduce(into: []) { $0.append($1) }
            }
            await blocker.close()
            #expect(Set(receipts.map(\.checkpointSize)).count < 5, "some share a commit")
            for position in then...then + 5 {
                let preview = try await institution.recovery.preview(.position(position), by: operator_)
                #expect(preview.findings.toPosition == position)
            }
        }
    }

    @Test func aMomentWithoutAnEventIsRefused() async throws {
        try await Institution.open { institution in
            let beyond = try await institution.end + 1
            for target in [.position(beyond), .time(Timestamp(microseconds: 0))] as [RestoreTarget] {
                await #expect {
                    try await institution.recovery.preview(target, by: operator_)
                } throws: { ($0 as? RecoveryError)?.code == .noSuchMoment }
            }
        }
    }
}
