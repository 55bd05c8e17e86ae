import Access
import Events
import HTTPAPI
import JSON
import Testing

/// Restoring over HTTP.
struct RecoveryEndpointTests {
    @Test func aPreviewIsConfirmedAndARepetitionIsAnsweredTheSame() async throws {
        try await Institution.open { institution in
            let then = try await institution.log.store.head().size - 1
            let define = DefineRole(roleID: "tutor", branch: "north", name: "Tutor")
            _ = try await institution.access.defineRole(define, institution.root)
            let preview = try await institution.send(.post, "/recovery/preview", body: #"{"toPosition":\#(then)}"#)
            #expect(preview.status == 200)
            #expect(preview.json?["allowed"] == true)
            #expect(preview.json?["changes"]?.array?.first?["removed"] == 1)
            #expect(preview.json?["changes"]?.array?.first?["rows"]?.array?.first?["label"] == "role “Tutor” of north")
            let token = try #require(preview.json?["previewToken"]?.string)
            let body = #"{"previewToken":"\#(token)","reason":"defined by mistake"}"#
            let restored = try await institution.send(.post, "/recovery/restore", key: "k1", body: body)
            #expect(restored.status == 200)
            #expect(restored.json?["toPosition"]?.int64 == then)
            #expect(restored.json?["receipt"]?["leaf"]?.string?.utf8.count == 64)
            #expect(restored.position == restored.json?["receipt"]?["position"]?.int64)
            let again = try await institution.send(.post, "/recovery/restore", key: "k1", body: body)
            #expect(again.status == 200)
            #expect(again.json?["receipt"]?["isReplay"] == true)
            #expect(again.position == restored.position)
            let other = try await institution.send(
                .post,
                "/recovery/restore",
                key: "k1",
                body: #"{"previewToken":"\#(token)","reason":"another"}"#
            )
            #expect(other.status == 422)
            let late = try await institution.send(.post, "/recovery/restore", body: body)
            #expect(late.status == 409)
        }
    }

    @Test(arguments: [
        (#"{}"#, "/toPosition"), (#"{"toPosition":-1}"#, "/toPosition"),
        (#"{"toPosition":1,"toTimestamp":"2026-01-01T00:00:00Z"}"#, "/toTimestamp"),
        (#"{"toTimestamp":"yesterday"}"#, "/toTimestamp"), (#"{"toPosition":99999999}"#, "/toPosition"),
        (#"{"toTimestamp":"2001-01-01T00:00:00Z"}"#, "/toTimestamp"),
        (#"{"toTimestamp":"2999-01-01T00:00:00Z"}"#, "/toTimestamp"), (#"{"toPosition":1,"x":1}"#, "/x"),
    ])
    func aMomentThatIsNoneIsRefused(body: String, pointer: String) async throws {
        try await Institution.open { institution in
            let answer = try await institution.send(.post, "/recovery/preview", body: body)
            #expect(answer.status == 422)
            let pointers = (answer.json?["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
            #expect(pointers.contains(pointer))
        }
    }

    @Test func nobodyRestoresWhatWasTakenFromThem() async throws {
        try await Institution.open { institution in
            let access = institution.access
            let restorer = DefineRole(
                roleID: "restorer",
                branch: RBAC.institutionBranch,
                name: "Restorer",
                permissionIDs: ["recovery:preview", "recovery:restore"]
            )
            _ = try await access.defineRole(restorer, institution.root)
            _ = try await access.assignRoleToUser(AssignRole(userID: "ex", roleID: "restorer"), institution.root)
            let given = try await access.assignRoleToUser(AssignRole(userID: "ex", roleID: "admin"), institution.root)
            _ = try await access.removeRoleFromUser(RemoveRole(userID: "ex", roleID: "admin"), institution.root)
            let body = #"{"toPosition":\#(given.size - 1)}"#
            let preview = try await institution.send(.post, "/recovery/preview", as: "ex", body: body)
            let token = try #require(preview.json?["previewToken"]?.string, "\(preview)")
            let restored = try await institution.send(
                .post,
                "/recovery/restore",
                as: "ex",
                body: #"{"previewToken":"\#(token)","reason":"I want it back"}"#
            )
            #expect(restored.status == 403, "\(restored)")
            let model = try await institution.directory.current().model
            #expect(!model.check("ex", "rbac.roles:create", in: .institution, at: .now()).isAllowed)
        }
    }

    @Test func aReasonOfBlanksIsNone() async throws {
        try await Institution.open { institution in
            let last = try await institution.log.store.head().size - 1
            let preview = try await institution.send(.post, "/recovery/preview", body: #"{"toPosition":\#(last)}"#)
            let token = try #require(preview.json?["previewToken"]?.string)
            let answer = try await institution.send(
                .post,
                "/recovery/restore",
                body: #"{"previewToken":"\#(token)","reason":" \n "}"#
            )
            #expect(answer.status == 422)
            #expect(answer.json?["errors"]?.array?.first?["pointer"] == "/reason")
        }
    }

    @Test func itTakesAPermissionOfItsOwn() async throws {
        try await Institution.open { institution in
            let assign = AssignRole(userID: "kim", roleID: "manager")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            let preview = try await institution.send(.post, "/recovery/preview", as: "kim", body: #"{"toPosition":1}"#)
            #expect(preview.status == 403)
            #expect(preview.json?["permission"] == "recovery:preview")
            let restore = try await institution.send(
                .post,
                "/recovery/restore",
                as: "kim",
                body: #"{"previewToken":"eA","reason":"r"}"#
            )
            #expect(restore.status == 403)
            #expect(restore.json?["permission"] == "recovery:restore")
        }
    }

    @Test func whatWouldLeaveNobodyIsRefusedWithTheReason() async throws {
        try await Institution.open { institution in
            let preview = try await institution.send(.post, "/recovery/preview", body: #"{"toPosition":0}"#)
            #expect(preview.json?["allowed"] == false)
            let token = try #require(preview.json?["previewToken"]?.string)
            let answer = try await institution.send(
                .post,
                "/recovery/restore",
                body: #"{"previewToken":"\#(token)","reason":"r"}"#
            )
            #expect(answer.status == 409)
            #expect(answer.json?["detail"]?.string?.contains("administer") == true)
        }
    }
}
