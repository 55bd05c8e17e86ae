import Access
import EventStore
import Events
import Postgres
import ProjectionEngine
import TestSupport
import Testing
import Time

/// Access in memory, loaded and followed.
struct AccessDirectoryTests {
    @Test func aDirectoryLoadedFromTheReadModelsIsTheOneThatFollowedTheLog() async throws {
        try await AccessFixture.withAccess { fixture in
            let access = fixture.access
            let root = fixture.root
            for number in 0..<40 {
                let id = "role-\(number)"
                let parent = number % 4 == 0 ? "student" : "role-\(number - 1)"
                _ = try await access.defineRole(
                    DefineRole(
                        roleID: id,
                        branch: number % 8 < 4 ? RBAC.institutionBranch : "north",
                        name: id,
                        parentRoleIDs: [parent],
                        permissionIDs: [BuiltInPermission.allCases[number % 20].name]
                    ),
                    root
                )
                let expiresAt = number % 3 == 0 ? Timestamp.now().advanced(by: .seconds(3600)) : nil
                _ = try await access.assignRoleToUser(
                    AssignRole(userID: "user-\(number % 11)", roleID: id, branch: "north", expiresAt: expiresAt),
                    root
                )
            }
            _ = try await access.updateRole(UpdateRole(roleID: "role-3", parentRoleIDs: ["teacher"]), root)
            _ = try await access.removeRoleFromUser(RemoveRole(userID: "user-7", roleID: "role-7"), root)
            _ = try await access.deleteRole(DeleteRole(roleID: "role-7"), root)

            let followed = try await access.directory.current()
            let loaded = try await AccessLoader(pool: fixture.log.pool).load()
            #expect(loaded.size == followed.size)
            for user in (0..<11).map({ "user-\($0)" }) + [FirstStart.administrator] {
                for permission in BuiltInPermission.allCases {
                    for scope in [AccessScope.institution, .branch("north"), .branch("south"), .anywhere] {
                        #expect(
                            loaded.model.check(user, permission.name, in: scope, at: .now())
                                == followed.model.check(user, permission.name, in: scope, at: .now())
                        )
                    }
                }
            }
            // A command decided on the loaded model meets the stream versions that the log has.
            try await AccessFixture.withAccess(at: fixture.log.url, keys: fixture.log.keys) { fresh in
                let rename = UpdateRole(roleID: "role-3", name: "Renamed")
                let renamed = try await fresh.access.updateRole(rename, fresh.root)
                #expect(renamed.receipt != nil)
                let assign = AssignRole(userID: "user-7", roleID: "role-3", branch: "north")
                let assigned = try await fresh.access.assignRoleToUser(assign, fresh.root)
                #expect(assigned.receipt != nil)
                let again = DefineRole(roleID: "role-7", branch: "north", name: "role-7")
                let defined = try await fresh.access.defineRole(again, fresh.root)
                #expect(defined.receipt != nil)
            }
        }
    }

    @Test func aRestoreTakesTheModelBackAndCommandsGoOn() async throws {
        try await AccessFixture.withAccess { fixture in
            let access = fixture.access
            _ = try await access.createCustomPermission(CreatePermission(name: "kept:read"), fixture.root)
            let kept = AssignRole(userID: "tom", roleID: "teacher", branch: "north")
            let before = try await access.assignRoleToUser(kept, fixture.root)
            _ = try await access.createCustomPermission(CreatePermission(name: "lost:read"), fixture.root)
            _ = try await access.removeRoleFromUser(RemoveRole(userID: "tom", roleID: "teacher"), fixture.root)
            let sue = AssignRole(userID: "sue", roleID: "manager", branch: "north")
            _ = try await access.assignRoleToUser(sue, fixture.root)
            #expect(try await fixture.may("tom", "rbac.roles:read", in: .branch("north")) == .notGranted)

            _ = try await fixture.log.store.append(
                AppendRequest(
                    streams: [
                        StreamAppend(
                            stream: "recovery",
                            events: [
                                NewEvent(
                                    Recovery.Restored(
                                        toPosition: before.size - 1,
                                        reason: "test",
                                        previewDigest: String(repeating: "0", count: 64)
                                    )
                                )
                            ]
                        )
                    ],
                    actor: FirstStart.administrator
                )
            )
            #expect(try await fixture.may("tom", "rbac.roles:read", in: .branch("north")) == .allowed)
            #expect(try await fixture.may("sue", "rbac.roles:read", in: .branch("north")) == .notGranted)
            #expect(try await fixture.may(FirstStart.administrator, "lost:read") == .unknownPermission)
            // What the restore undid can be done again, on streams that have gone on.
            _ = try await access.createCustomPermission(CreatePermission(name: "lost:read"), fixture.root)
            _ = try await access.assignRoleToUser(sue, fixture.root)
            #expect(try await fixture.may(FirstStart.administrator, "lost:read") == .allowed)
            #expect(try await fixture.may("sue", "rbac.roles:read", in: .branch("north")) == .allowed)
        }
    }

    @Test func aReplicaThatHasNotAppendedYetDecidesWhileOthersOnlyLook() async throws {
        try await AccessFixture.withAccess { busy in
            try await AccessFixture.withAccess(at: busy.log.url, keys: busy.log.keys) { quiet in
                // The quiet replica knows access; then the log grows by events that change none of it.
                _ = try await quiet.access.directory.current()
                let question = AccessQuestion(userID: "tom", permission: "rbac.roles:read")
                for _ in 0..<3 { _ = try await busy.access.checkUserPermissions([question], busy.root) }
                let created = try await quiet.access.createCustomPermission(
                    CreatePermission(name: "library:read"),
                    quiet.root
                )
                #expect(created.receipt != nil)
                #expect(try await quiet.access.directory.current().size == quiet.log.store.head().size)
            }
        }
    }

    @Test func aRebuildDuringALoadTakesNothingAway() async throws {
        try await AccessFixture.withAccess { fixture in
            let url = fixture.log.url
            let engine = try ProjectionEngine(pool: fixture.log.pool, logger: LogFixture.quiet)
            // Rights on a database are not copied with it.
            try await engine.prepare()
            let expected = try await AccessLoader(pool: fixture.log.pool).load().model.identity.userCount
            let blocker = try await PostgresConnection.connect(
                PostgresConfiguration(url: url),
                logger: LogFixture.quiet
            )
            // Keeps the load waiting after it has begun, before it comes to who may sign in.
            try await blocker.script("begin; lock table access_v3.user_roles in access exclusive mode")
            let load = Task { try await AccessLoader(pool: fixture.log.pool).load() }
            try await fixture.awaitWaiting(on: "access_v3.user_roles")

            let (attempts, attempt) = AsyncStream.makeStream(of: Void.self)
            let rebuild = Task {
                defer { attempt.finish() }
                try await engine.rebuild("identity") { if $0.phase == .switching { attempt.yield() } }
            }
            // Until it is done, or was kept from it.
            var tried = 0
            for await _ in attempts {
                tried += 1
                if tried == 2 { break }
            }
            try await blocker.script("rollback")
            await blocker.close()
            #expect(try await load.value.model.identity.userCount == expected)
            try await rebuild.value
            #expect(try await AccessLoader(pool: fixture.log.pool).load().model.identity.userCount == expected)
        }
    }

    @Test func rightsOfALogThatWasCutOffDoNotLiveOnInMemory() async throws {
        try await AccessFixture.withAccess { fixture in
            let (access, root) = (fixture.access, fixture.root)
            let log = try await ShorterLog.remembering(fixture.log)
            let size = log.size
            let tom = AssignRole(userID: "tom", roleID: "teacher", branch: "north")
            _ = try await access.assignRoleToUser(tom, root)
            #expect(try await fixture.may("tom", "rbac.roles:read", in: .branch("north")) == .allowed)

            try await Self.cut(log)
            #expect(try await fixture.may("tom", "rbac.roles:read", in: .branch("north")) == .notGranted)
            let sue = AssignRole(userID: "sue", roleID: "teacher", branch: "north")
            let assigned = try await access.assignRoleToUser(sue, root)
            #expect(assigned.receipt?.events.first?.position == size, "in the place of what was lost")
            #expect(try await fixture.may("sue", "rbac.roles:read", in: .branch("north")) == .allowed)
        }
    }

    @Test func rightsOfALogThatWasCutOffDoNotLiveOnWhereItHasGrownBeyondThemMeanwhile() async throws {
        try await AccessFixture.withAccess { fixture in
            let (access, root) = (fixture.access, fixture.root)
            let log = try await ShorterLog.remembering(fixture.log)
            let size = log.size
            let tom = AssignRole(userID: "tom", roleID: "teacher", branch: "north")
            _ = try await access.assignRoleToUser(tom, root)
            #expect(try await fixture.may("tom", "rbac.roles:read", in: .branch("north")) == .allowed)
            let question = AccessQuestion(userID: "tom", permission: "rbac.roles:read", branchID: "north")
            let before = try await access.checkUserPermissions([question], asOf: .position(size), root)
            #expect(before.verdicts == [.allowed])
            let lost = try await access.directory.current().size

            try await Self.cut(log)
            try await AccessFixture.withAccess(at: fixture.log.url, keys: fixture.log.keys) { other in
                var number = 0
                while try await other.log.store.head().size <= lost {
                    let user = "user-\(number)"
                    let assign = AssignRole(userID: user, roleID: "teacher", branch: "north")
                    _ = try await other.access.assignRoleToUser(assign, other.root)
                    number += 1
                }
            }
            // The first of them stands where this replica believed to have read already.
            #expect(try await fixture.may("user-0", "rbac.roles:read", in: .branch("north")) == .allowed)
            #expect(try await fixture.may("tom", "rbac.roles:read", in: .branch("north")) == .notGranted)
            let after = try await access.checkUserPermissions([question], asOf: .position(size), root)
            #expect(after.verdicts == [.notGranted])
            let assigned = try await access.assignRoleToUser(tom, root)
            #expect(assigned.receipt != nil)
        }
    }

    /// Takes away what was recorded since, as a failover does to a standby that had not received it.
    private static func cut(_ log: ShorterLog) async throws {
        try await log.cut("delete from access.user_roles where from_position >= \(log.size)")
    }

    @Test func whateverBearsOnAccessIsAppliedInTheCommitThatAppendsIt() throws {
        let inline = try ProjectionDefinition.builtIn.filter { $0.manifest.mode == .inline }
        let applied = inline.reduce(into: Set<EventType>()) { $0.formUnion($1.manifest.subscribedTypes ?? []) }
        #expect(AccessEvent.followedTypes.subtracting(applied) == [])
    }

    @Test func anAccessDecisionThatCannotBeMadeIsRefused() async throws {
        try await FaultCluster.withCluster { cluster in
            try await AccessFixture.withAccess(preparing: cluster.connectionURL) { fixture in
                #expect(try await fixture.may(FirstStart.administrator, "recovery:restore") == .allowed)
                try await cluster.kill()
                try await cluster.awaitSessionsEnd()
                await #expect(throws: (any Error).self) {
                    try await fixture.may(FirstStart.administrator, "recovery:restore")
                }
                try await cluster.restart()
                #expect(try await fixture.may(FirstStart.administrator, "recovery:restore") == .allowed)
            }
        }
    }
}
