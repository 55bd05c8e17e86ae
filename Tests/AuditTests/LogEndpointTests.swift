import Access
import Events
import HTTPAPI
import HTTPTypes
import JSON
import MerkleLog
import Testing

/// The log and its proofs over HTTP, checked as somebody would who does not trust the server.
struct LogEndpointTests {
    private let origin = "test.example/log"

    @Test func anEventIsShownWithAllThatIsHashedAndItsProofHolds() async throws {
        try await Institution.open { institution in
            let position = try await institution.report(.note("teacher-1"))
            let event = try await institution.send(.get, "/log/events/\(position)")
            #expect(event.status == 200)
            let json = try #require(event.json)
            #expect(json["data"]?["userId"] == "teacher-1")
            #expect(try JSONValue(parsing: try #require(json["dataText"]?.string)) == json["data"])
            let entry = [UInt8](try #require(json["entry"]?.string).utf8)
            #expect(Hash.leaf(entry).hex == json["leaf"]?.string)

            let keys = try await institution.send(.get, "/log/keys")
            let verifier = try NoteVerifier(
                encoded: try #require(keys.json?["items"]?.array?.first?["verifier"]?.string)
            )
            let text = try await institution.send(.get, "/log/events/\(position)/proof", accept: "text/plain")
            let proof = try TlogProof(parsing: text.text)
            _ = try proof.verify(leaf: .leaf(entry), origin: origin, logKeys: [verifier])
            let bundle = try await institution.send(
                .get,
                "/log/events/\(position)/proof",
                accept: "application/json"
            )
            #expect(bundle.json?["format"] == "daybook proof 1")
            #expect(bundle.json?["entry"] == json["entry"])
            let old = try await institution.send(.get, "/log/events/1/proof?size=2")
            #expect(try Checkpoint(text: TlogProof(parsing: old.text).checkpoint.text).size >= 2)
        }
    }

    @Test func lookingAtAnEventIsRecorded() async throws {
        try await Institution.open { institution in
            _ = try await institution.send(.get, "/log/events/0")
            let looked = try #require(try await institution.newest(Events.Audit.HistoryQueried.self))
            #expect(looked.payload.filter["position"] == 0)
            #expect(looked.payload.userAgent == "test client")
            #expect(looked.event.header.correlationID?.utf8.count == 32)
            _ = try await institution.send(.get, "/log/events/0/proof")
            #expect(try await institution.newest(Events.Audit.HistoryQueried.self)?.payload.kind == .proof)
            _ = try await institution.send(.get, "/log/export?from=0&to=2")
            #expect(try await institution.newest(Events.Audit.HistoryQueried.self)?.payload.kind == .export)
        }
    }

    @Test func consistencyHoldsBetweenAnyTwoSizes() async throws {
        try await Institution.open { institution in
            for index in 0..<5 { try await institution.report(.note("teacher-\(index)")) }
            let size = try await institution.log.store.head().size
            for (from, to) in [(0, size), (1, 2), (3, size), (size, size)] as [(Int64, Int64)] {
                let json = try #require(
                    try await institution.send(.get, "/log/consistency?from=\(from)&to=\(to)").json
                )
                func hash(_ name: String) throws -> Hash {
                    try #require(json[name]?.string.flatMap { Hash(base64: $0) })
                }
                let hashes = (json["hashes"]?.array ?? []).compactMap { $0.string.flatMap { Hash(base64: $0) } }
                try ConsistencyProof(oldSize: from, newSize: to, hashes: hashes)
                    .verify(oldRoot: hash("fromRoot"), newRoot: hash("toRoot"))
            }
            #expect(try await institution.send(.get, "/log/consistency?from=3&to=2").status == 400)
            #expect(try await institution.send(.get, "/log/consistency?from=0&to=\(size + 100)").status == 400)
            #expect(try await institution.send(.get, "/log/consistency").status == 400)
        }
    }

    @Test func consistencyIsAnsweredAsOfAMomentToo() async throws {
        try await Institution.open { institution in
            let proof = try await institution.send(.get, "/log/consistency?from=1&asOf=5")
            #expect(proof.json?["to"] == 6)
            #expect(try await institution.send(.get, "/log/consistency?from=1&to=7&asOf=5").status == 400)
            #expect(try await institution.send(.get, "/log/consistency?from=1&asOf=99999").status == 400)
        }
    }

    @Test func theCheckpointIsASignedNoteOfTheSizeAskedFor() async throws {
        try await Institution.open { institution in
            let newest = try await institution.send(.get, "/log/checkpoint")
            #expect(newest.headers[.contentType] == "text/plain; charset=utf-8")
            let checkpoint = try Checkpoint(text: SignedNote(parsing: newest.text).text)
            #expect(checkpoint.size == (try await institution.log.store.head().size))
            #expect(newest.position == checkpoint.size - 1)
            let first = try await institution.send(.get, "/log/checkpoint?size=1")
            #expect(try Checkpoint(text: SignedNote(parsing: first.text).text).size == 1)
            #expect(try await institution.send(.get, "/log/checkpoint?size=999999").status == 404)
        }
    }

    @Test func tilesAreServedWhereTheSpecificationPutsThem() async throws {
        try await Institution.open { institution in
            let size = try await institution.log.store.head().size
            let path = try #require(TilePath(.hashes(level: 0), index: 0, treeSize: size))
            let tile = try await institution.send(.get, "/log/\(path.text)")
            #expect(tile.status == 200)
            #expect(tile.headers[.contentType] == "application/octet-stream")
            let hashes = try Tile(bytes: tile.bytes, width: path.width).hashes
            var tree = CompactRange()
            tree.append(contentsOf: hashes)
            #expect(tree.root == (try await institution.log.store.prover.root(size: size)))
            #expect(try await institution.send(.get, "/log/tile/0/001").status == 404)
            #expect(try await institution.send(.get, "/log/tile/0/x001/000").status == 404)
            #expect(
                try await institution.send(.get, "/log/tile/entries/\(path.text.dropFirst("tile/0/".count))").status
                    == 200
            )
        }
    }

    @Test func personalTextTakesAPermissionOfItsOwn() async throws {
        try await Institution.open { institution in
            let root = institution.root
            let position = try await institution.report(.note("teacher-1"))
            _ = try await institution.access.defineRole(
                DefineRole(
                    roleID: "exporter",
                    branch: "institution",
                    name: "Exporter",
                    permissionIDs: [
                        "log.export:read", "log.events:read", "audit.events:read", "rbac.access-logs:read",
                    ]
                ),
                root
            )
            _ = try await institution.access.assignRoleToUser(AssignRole(userID: "kim", roleID: "exporter"), root)
            let event = try await institution.send(.get, "/log/events/\(position)", as: "kim")
            #expect(event.status == 200)
            #expect(event.json?["personal"] == nil && event.json?["salt"] == nil)
            #expect(event.json?["isErased"] == true)
            #expect(!event.text.contains("192.0.2.17"))
            let entry = [UInt8](try #require(event.json?["entry"]?.string).utf8)
            #expect(Hash.leaf(entry).hex == event.json?["leaf"]?.string)
            let export = try await institution.send(.get, "/log/export", as: "kim")
            #expect(export.status == 200)
            #expect(!export.text.contains("192.0.2.17"))
            let personal = try await institution.send(.get, "/log/export?personal=true", as: "kim")
            #expect(personal.status == 403)
            #expect(personal.json?["permission"] == "log.personal:read")
            let all = try await institution.send(.get, "/log/export?personal=true")
            #expect(all.text.contains("192.0.2.17"))
        }
    }

    @Test func anEventOfAnotherBranchIsRefused() async throws {
        try await Institution.open { institution in
            let position = try await institution.report(.note("teacher-1"), branch: "south")
            let assign = AssignRole(userID: "kim", roleID: "admin", branch: "north")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            #expect(try await institution.send(.get, "/log/events/\(position)", as: "kim").status == 403)
            #expect(try await institution.send(.get, "/log/events/999999").status == 404)
            #expect(try await institution.send(.get, "/log/events/-1").status == 400)
        }
    }
}
