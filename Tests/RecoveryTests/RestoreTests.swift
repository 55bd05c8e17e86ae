import Access
import EventStore
import Events
import JSON
import Recovery
import Testing
import Time

/// A restore does what its preview showed, or nothing.
struct RestoreTests {
    private let operator_ = Author(id: "operator")

    @Test func everyMomentCanBeGoneBackToAndARestoreIsUndoneByAnother() async throws {
        try await Institution.open { institution in
            let (access, root) = (institution.access, institution.root)
            var then: [(position: Int64, holding: [String])] = []
            func note() async throws { then.append((try await institution.end, try await institution.holding())) }
            try await note()
            _ = try await access.defineRole(DefineRole(roleID: "tutor", branch: "north", name: "Tutor"), root)
            try await note()
            _ = try await access.assignRoleToUser(AssignRole(userID: "kim", roleID: "tutor", branch: "north"), root)
            try await note()
            _ = try await access.updateRole(UpdateRole(roleID: "tutor", name: "Mentor"), root)
            try await note()
            _ = try await access.removeRoleFromUser(RemoveRole(userID: "kim", roleID: "tutor"), root)
            _ = try await access.deleteRole(DeleteRole(roleID: "tutor"), root)
            try await note()
            for index in [0, 3, 1, 4, 2, 0] {
                try await institution.goBack(to: then[index].position)
                #expect(try await institution.holding() == then[index].holding, "restored to \(then[index].position)")
            }
            // The last restore went back to the start; this undoes it and all before it.
            try await institution.goBack(to: then[4].position)
            #expect(try await institution.holding() == then[4].holding)
            #expect(try await institution.engine.check("access").isEqual)
        }
    }

    @Test func decisionsFollowARestoreAtOnce() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let assign = AssignRole(userID: "kim", roleID: "manager")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            func may() async throws -> Bool {
                let model = try await institution.directory.current().model
                return model.check("kim", "rbac.roles:read", in: .institution, at: .now()).isAllowed
            }
            #expect(try await may())
            try await institution.goBack(to: then)
            #expect(try await may() == false)
            try await institution.goBack(to: then + 1)
            #expect(try await may())
        }
    }

    @Test func itIsRecordedWithItsReasonAndItsPreview() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let event = try #require(try await institution.log.store.reader.event(at: then))
            let time = event.header.recordedAt
            let preview = try await institution.recovery.preview(.time(time), by: operator_)
            let outcome = try await institution.recovery.restore(preview.token, reason: "why not", by: operator_)
            let (recorded, restored) = try #require(try await institution.newest(Events.Recovery.Restored.self))
            #expect(recorded.position == outcome.receipt.events[0].position)
            #expect(recorded.header.causationID == preview.receipt.events[0].id)
            #expect(restored.reason == "why not")
            #expect(restored.toPosition == then)
            #expect(restored.toTimestamp == time)
            #expect(restored.previewDigest == preview.findings.digest)
        }
    }

    @Test func whatThePreviewDidNotShowIsNotRestored() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let assign = AssignRole(userID: "kim", roleID: "student")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            let preview = try await institution.recovery.preview(.position(then), by: operator_)
            let other = AssignRole(userID: "lee", roleID: "student")
            _ = try await institution.access.assignRoleToUser(other, institution.root)
            let before = try await institution.holding()
            await #expect {
                try await institution.recovery.restore(preview.token, reason: "r", by: operator_)
            } throws: { ($0 as? RecoveryError)?.code == .outdatedPreview }
            #expect(try await institution.holding() == before)
        }
    }

    @Test func whatHasNothingToDoWithItDoesNotOutdateAPreview() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let assign = AssignRole(userID: "kim", roleID: "student")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            let preview = try await institution.recovery.preview(.position(then), by: operator_)
            let register = RegisterUser(userID: "new", kind: .person)
            _ = try await institution.tokens.register(register, institution.root)
            _ = try await institution.recovery.restore(preview.token, reason: "r", by: operator_)
        }
    }

    @Test func aServerThatWasStartedSinceCarriesOutAPreview() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let assign = AssignRole(userID: "kim", roleID: "student")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            let preview = try await institution.recovery.preview(.position(then), by: operator_)
            let register = RegisterUser(userID: "new", kind: .person)
            _ = try await institution.tokens.register(register, institution.root)
            try await institution.withReplica { started in
                _ = try await started.recovery.restore(preview.token, reason: "r", by: operator_)
            }
            // What did change since outdates it there as well.
            let second = try await institution.recovery.preview(.position(then), by: operator_)
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            try await institution.withReplica { started -> Void in
                await #expect {
                    try await started.recovery.restore(second.token, reason: "r", by: operator_)
                } throws: { ($0 as? RecoveryError)?.code == .outdatedPreview }
            }
        }
    }

    @Test func onlyOneOfTwoRestoresOfOnePreviewHappens() async throws {
        try await Institution.open { institution in
            let then = try await institution.end
            let assign = AssignRole(userID: "kim", roleID: "student")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            let preview = try await institution.recovery.preview(.position(then), by: operator_)
            let done = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        (try? await institution.recovery.restore(preview.token, reason: "r", by: operator_)) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(done == 1)
        }
    }

    @Test func aRepeatedRequestIsAnsweredAsTheFirstTime() async throws {
        try await Institution.open { institution in
            let preview = try await institution.recovery.preview(.position(try await institution.end), by: operator_)
            let key = IdempotencyKey(scope: "operator", key: "k", requestDigest: [1])
            let first = try await institution.recovery.restore(
                preview.token,
                reason: "r",
                by: Author(id: operator_.id, idempotency: key)
            )
            _ = try await institution.access.createCustomPermission(
                CreatePermission(name: "late:read"),
                institution.root
            )
            let again = try await institution.recovery.restore(
                preview.token,
                reason: "r",
                by: Author(id: operator_.id, idempotency: key)
            )
            #expect(again.receipt.isReplay)
            #expect(again.receipt.events == first.receipt.events)
            #expect(
                try await institution.newest(Events.Recovery.Restored.self)?.event.position
                    == first.receipt.events[0].position
            )
        }
    }

    @Test func aPreviewIsConfirmedByWhoSawIt() async throws {
        try await Institution.open { institution in
            let preview = try await institution.recovery.preview(.position(try await institution.end), by: operator_)
            for (token, actor) in [(preview.token, "somebody"), ("bm9uc2Vuc2U", "operator"), ("", "operator")] {
                await #expect {
                    try await institution.recovery.restore(token, reason: "r", by: Author(id: actor))
                } throws: { ($0 as? RecoveryError)?.code == .unknownPreview }
            }
        }
    }

    @Test func itNeverLeavesNobodyWhoCanAdminister() async throws {
        try await Institution.open { institution in
            // Before the first start had granted anything there was nobody.
            let preview = try await institution.recovery.preview(.position(0), by: operator_)
            #expect(preview.findings.administrators.isEmpty)
            #expect(preview.findings.obstacle != nil)
            let before = try await institution.holding()
            await #expect {
                try await institution.recovery.restore(preview.token, reason: "r", by: operator_)
            } throws: { ($0 as? RecoveryError)?.code == .lastAdministrator }
            #expect(try await institution.holding() == before)
        }
    }

    @Test func aPermissionThatALaterReleaseBroughtDoesNotCountAgainstAMomentBeforeIt() async throws {
        try await Institution.open { institution in
            let before = try await institution.end
            let recovery = try institution.recovery(administration: ["new.power:use"])
            _ = try await institution.access.createCustomPermission(
                CreatePermission(name: "new.power:use"),
                institution.root
            )
            _ = try await institution.access.revokePermissionFromRole(
                RevokePermission(roleID: "admin", permissionID: "new.power:use"),
                institution.root
            )
            // There it is, and nobody has it.
            let between = try await recovery.service.preview(.position(try await institution.end), by: operator_)
            #expect(between.findings.administrators == [])
            await #expect {
                try await recovery.service.restore(between.token, reason: "r", by: operator_)
            } throws: { ($0 as? RecoveryError)?.code == .lastAdministrator }
            #expect(recovery.installations.value == 0)

            let preview = try await recovery.service.preview(.position(before), by: operator_)
            #expect(preview.findings.administrators == [FirstStart.administrator])
            _ = try await recovery.service.restore(preview.token, reason: "r", by: operator_)
            #expect(recovery.installations.value == 1, "what the release needs is installed again")
            // Where none of them was there yet nobody administered, whatever anybody held.
            let first = try await recovery.service.preview(.position(0), by: operator_)
            #expect(first.findings.administrators == [])
        }
    }

    @Test func whoseRightsEndByTheClockIsNoAdministratorForGood() async throws {
        try await Institution.open { institution in
            let root = institution.root
            let soon = Timestamp.now().advanced(by: .seconds(3_600))
            _ = try await institution.access.assignRoleToUser(
                AssignRole(userID: "deputy", roleID: "admin", expiresAt: soon),
                root
            )
            _ = try await institution.access.assignRoleToUser(AssignRole(userID: "heir", roleID: "admin"), root)
            let both = try await institution.recovery.preview(.position(try await institution.end), by: operator_)
            #expect(both.findings.administrators == [FirstStart.administrator, "heir"])
        }
    }
}
