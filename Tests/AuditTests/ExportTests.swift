import Access
import Events
import Foundation
import JSON
import MerkleLog
import OpenSSL
import Testing
import Time

@testable import EventStore

/// What is exported can be verified by nothing but itself and the log's key.
struct ExportTests {
    @Test(arguments: [0, 1, 7, 20] as [Int64])
    func theSignedRootFollowsFromTheEdgeAndTheTexts(from: Int64) async throws {
        try await Institution.open { institution in
            for index in 0..<9 { try await institution.report(.note("teacher-\(index)")) }
            _ = try await institution.log.store.erasePersonal(of: "teacher-3", reason: "asked", actor: "officer")
            for includesPersonal in [true, false] {
                let export = try await institution.log.store.export(
                    from: from,
                    includingPersonal: includesPersonal,
                    page: 5
                )
                let lines = try await self.lines(export)
                let first = lines[0]
                #expect(first["format"] == "daybook export 1")
                #expect(first["from"]?.int64 == from)
                var tree = try CompactRange(
                    size: from,
                    edge: (first["edge"]?.array ?? []).flatMap { $0.string.flatMap { Hex.decode($0) } ?? [] }
                )
                for line in lines.dropFirst().dropLast() {
                    #expect(line["position"]?.int64 == tree.size)
                    tree.append(try leaf(line))
                }
                let last = try #require(lines.last)
                let note = try SignedNote(parsing: try #require(last["checkpoint"]?.string))
                let checkpoint = try Checkpoint(text: note.text)
                #expect(checkpoint.origin == first["origin"]?.string)
                #expect(checkpoint.size == tree.size)
                #expect(last["to"]?.int64 == tree.size)
                #expect(checkpoint.root == tree.root)
            }
        }
    }

    @Test func personalTextIsWithheldUnlessItIsAskedFor() async throws {
        try await Institution.open { institution in
            let position = try await institution.report(.note("teacher-1"))
            let export = try await institution.log.store.export(from: position, includingPersonal: false)
            let event = try await lines(export)[1]
            #expect(event["personal"] == .null)
            #expect(event["salt"] == .null)
            #expect(event["personalDigest"]?.string?.utf8.count == 64)
        }
    }

    @Test func anExportGoesOnToTheCheckpointThatCoversIt() async throws {
        try await Institution.open { institution in
            let one = NewEvent(Events.Audit.AccessLogged.note("a"))
            let two = NewEvent(Events.Audit.AccessLogged.note("b"))
            let receipt = try await institution.log.store.append(
                AppendRequest(streams: [StreamAppend(stream: "pair", events: [one, two])], actor: "x")
            )
            let first = receipt.events[0].position
            let export = try await institution.log.store.export(from: first, to: first + 1, includingPersonal: false)
            #expect(export.range == first..<(first + 2))
        }
    }

    @Test(arguments: [(-1, 1), (2, 1), (0, 100_000)] as [(Int64, Int64)])
    func aRangeThatTheLogDoesNotHaveIsRefused(from: Int64, to: Int64) async throws {
        try await Institution.open { institution in
            await #expect(throws: LogReadError.self) {
                try await institution.log.store.export(from: from, to: to, includingPersonal: false)
            }
        }
    }

    @Test func aLogWithAHoleIsNotExportedAsAShorterOne() async throws {
        try await Institution.open { institution in
            let position = try await institution.report(.note("teacher-1"))
            try await institution.report(.note("teacher-2"))
            try await institution.log.pool.withTransaction { connection in
                try await connection.execute("set local session_replication_role = replica")
                try await connection.execute("delete from log.events where position = \(position)")
            }
            let export = try await institution.log.store.export(includingPersonal: false)
            await #expect(throws: LogReadError.self) { try await self.lines(export) }
        }
    }

    @Test func aBundleHoldsTheEventAndItsProof() async throws {
        try await Institution.open { institution in
            let position = try await institution.report(.note("teacher-1"))
            let event = try #require(try await institution.log.store.reader.event(at: position))
            let proof = try await institution.log.store.prover.proof(of: position)
            var writer = JSONWriter()
            ProofBundle(event: event.withoutPersonal, proof: proof).write(into: &writer, includingPersonal: true)
            let bundle = try JSONValue(parsing: writer.bytes)
            #expect(bundle["format"] == "daybook proof 1")
            let exported = try #require(bundle["event"])
            let leaf = try leaf(exported)
            #expect(Hash.leaf([UInt8](try #require(bundle["entry"]?.string).utf8)) == leaf)
            let read = try TlogProof(parsing: try #require(bundle["proof"]?.string))
            let keys = try institution.log.keys.verifiers()
            _ = try read.verify(leaf: leaf, origin: "test.example/log", logKeys: keys)
        }
    }

    @Test func tilesProveWhatTheLogProves() async throws {
        try await Institution.open { institution in
            let events = (0..<400).map { NewEvent(Events.Audit.AccessLogged.note("teacher-\($0)")) }
            _ = try await institution.log.store.append(
                AppendRequest(streams: [StreamAppend(stream: "many", events: events)], actor: "x")
            )
            let store = institution.log.store
            let size = try await store.head().size
            let source = TileNodeSource(treeSize: size) { paths in
                var tiles: [[UInt8]] = []
                for path in paths { tiles.append(try await store.tiles.bytes(path, size: size)) }
                return tiles
            }
            #expect(try await source.root(treeSize: size) == store.prover.root(size: size))
            for index in [0, 255, 256, size - 1] {
                let proof = try await source.inclusionProof(of: index, treeSize: size)
                #expect(try await store.prover.proof(of: index).hashes == proof.hashes)
            }
            let path = try TilePath(.entries, index: 0)
            let bundle = try EntryBundle(bytes: try await store.tiles.bytes(path, size: size), width: 256)
            let hashes = try TilePath(.hashes(level: 0), index: 0)
            #expect(try bundle.tile.bytes == (try await store.tiles.bytes(hashes, size: size)))
            let last = size / 256
            await #expect(throws: LogReadError.self) {
                // The last tile has fewer hashes, unless the log were to end just there.
                let beyond = try TilePath(.hashes(level: 0), index: last + 1, width: 255)
                _ = try await store.tiles.bytes(beyond, size: size)
            }
        }
    }

    private func lines(_ export: LogExport) async throws -> [JSONValue] {
        var bytes: [UInt8] = []
        for try await piece in export { bytes += piece }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: $0) }
    }

    /// The leaf hash as it follows from a line alone, the digest of what is not there excepted.
    private func leaf(_ line: JSONValue) throws -> Hash {
        func bytes(_ name: String) -> [UInt8]? { line[name]?.string.map { [UInt8]($0.utf8) } }
        func digest(_ name: String) -> Hash? { line[name]?.string.flatMap { Hash(hex: $0) } }
        let header = EventHeader(
            position: try #require(line["position"]?.int64),
            recordedAt: try #require(line["recordedAt"]?.string.flatMap { Timestamp(rfc3339: $0) }),
            stream: try #require(line["stream"]?.string),
            version: try #require(line["version"]?.int64),
            id: try #require(line["id"]?.string.flatMap { UUID(uuidString: $0) }),
            type: EventType(rawValue: try #require(line["type"]?.string)),
            schemaVersion: Int(try #require(line["schemaVersion"]?.int64)),
            branch: line["branch"]?.string,
            actor: try #require(line["actor"]?.string),
            correlationID: line["correlationId"]?.string,
            causationID: line["causationId"]?.string.flatMap { UUID(uuidString: $0) }
        )
        var personal = digest("personalDigest")
        if let text = bytes("personal") {
            #expect(personal == nil)
            let salt = try #require(line["salt"]?.string.flatMap { Base64.decode($0) })
            personal = Entry.personalDigest(salt: salt, personal: text)
        }
        let data = try #require(bytes("data").map { SHA256.hash($0) } ?? digest("dataDigest"))
        var entry: [UInt8] = []
        Entry.write(header, dataDigest: data, personalDigest: personal, into: &entry)
        let leaf = Hash.leaf(entry)
        #expect(line["leaf"]?.string == leaf.hex)
        return leaf
    }
}
