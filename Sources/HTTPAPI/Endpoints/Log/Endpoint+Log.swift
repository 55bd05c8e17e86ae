import Access
import EventStore
import JSON
import MerkleLog

extension Endpoint {
    /// The log and its proofs, for those who do not trust the server.
    package static func log(_ log: LogAccess) -> [Endpoint] {
        [
            checkpoint(log), logEvent(log), logProof(log), consistency(log), logKeys(log), logExport(log),
        ] + logTiles(log)
    }

    /// `GET /log/checkpoint`: the signed size and root of the log.
    private static func checkpoint(_ log: LogAccess) -> Endpoint {
        let permission = BuiltInPermission.readCheckpoint
        return Endpoint(
            .get,
            "/log/checkpoint",
            "Get a signed checkpoint",
            details: "A signed note (C2SP tlog-checkpoint): the newest, or the smallest that covers what is asked for.",
            tag: "log",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: Query("size", .position, "At least so many events."),
            AsOf(),
            outputs: .text("The signed note."),
            .notModified,
            problems: .notFound
        ) { context, size, asOf in
            try await context.require(permission.name, in: .anywhere)
            let moment = try await log.store.size(asOf: asOf)
            let wanted = [size, moment].compactMap { $0 }.max()
            let note =
                if let wanted {
                    try await log.store.prover.checkpoint(covering: wanted)
                } else {
                    try await log.store.prover.newestCheckpoint()
                }
            guard let note else { throw Problem.notFound("checkpoint of at least size", "\(wanted ?? 0)") }
            let checkpoint = try Checkpoint(text: try SignedNote(parsing: note).text)
            let position = Reply.position(ofSize: checkpoint.size)
            if let position, let unchanged = context.notModified(at: position) { return unchanged }
            return .text(note, position: position)
        }
    }

    /// `GET /log/events/{position}`: one event, with everything that is hashed.
    private static func logEvent(_ log: LogAccess) -> Endpoint {
        let permission = BuiltInPermission.readLogEvents
        return Endpoint(
            .get,
            "/log/events/{position}",
            "Get one event of the log",
            tag: "log",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: Path("position", .position, "The event's position."),
            AsOf(),
            outputs: .json(.ok, RecordedEvent.schema, "The event."),
            problems: .notFound,
            .unavailable
        ) { context, position, asOf in
            let size = try await log.store.size(asOf: asOf)
            let event = try await log.event(at: position, size: size, by: permission, context)
            try await log.record(
                .events,
                ["position": .number(JSONNumber(position))],
                returned: 1,
                by: permission,
                context
            )
            return .json(position: position) { event.writeReply(to: &$0) }
        }
    }

    /// `GET /log/events/{position}/proof`: that the event is in the log, to be checked offline.
    private static func logProof(_ log: LogAccess) -> Endpoint {
        let permission = BuiltInPermission.readProofs
        return Endpoint(
            .get,
            "/log/events/{position}/proof",
            "Prove that an event is in the log",
            details: """
                As text a C2SP tlog-proof, which holds a signed checkpoint. As JSON a bundle with the event and its \
                entry too, which takes the permission to read the event.
                """,
            tag: "log",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: Path("position", .position, "The event's position."),
            Query("size", .position, "In the smallest checkpoint of at least so many events; else in the newest."),
            AsOf(),
            outputs: Output(.ok, [.text, .json], ProofBundle.schema, "The proof."),
            problems: .notFound,
            .unavailable
        ) { context, position, size, asOf in
            try await context.require(permission.name, in: .anywhere)
            let moment = try await log.store.size(asOf: asOf)
            let isBundle = context.format == .json
            let event =
                isBundle
                ? try await log.event(at: position, size: moment, by: .readLogEvents, context) : nil
            guard position < moment ?? .max else { throw Problem.notFound("event at position", "\(position)") }
            var treeSize: Int64?
            if let wanted = [size, moment].compactMap({ $0 }).max() {
                treeSize = try await log.store.checkpointSize(covering: max(wanted, position + 1))
                guard treeSize != nil else { throw Problem.notFound("checkpoint of at least size", "\(wanted)") }
            }
            let proof = try await log.store.prover.proof(of: position, treeSize: treeSize)
            try await log.record(
                .proof,
                ["position": .number(JSONNumber(position))],
                returned: 1,
                by: permission,
                context
            )
            guard let event else { return .text(proof.text, position: position) }
            return .json(position: position) {
                ProofBundle(event: event, proof: proof).write(into: &$0, includingPersonal: true)
            }
        }
    }

    /// `GET /log/consistency`: that a later log goes on from an earlier one.
    private static func consistency(_ log: LogAccess) -> Endpoint {
        let permission = BuiltInPermission.readConsistency
        return Endpoint(
            .get,
            "/log/consistency",
            "Prove that the log only grew",
            details: "The hashes of RFC 6962, section 2.1.2, and both roots, in base64.",
            tag: "log",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: Query(required: "from", .position, "The size of the earlier log."),
            Query("to", .position, "The size of the later log; else that of the newest checkpoint."),
            AsOf(),
            outputs: .json(
                .ok,
                .object(
                    .required("from", .integer()),
                    .required("to", .integer()),
                    .required("fromRoot", .string()),
                    .required("toRoot", .string()),
                    .required("hashes", .array(of: .string()))
                ),
                "The proof."
            )
        ) { context, from, to, asOf in
            try await context.require(permission.name, in: .anywhere)
            let moment = try await log.store.size(asOf: asOf)
            let size = try await log.store.head().size
            return try await log.consistency(from: from, to: to, within: moment ?? size)
        }
    }

    /// `GET /log/keys`: what checkpoints are verified with.
    private static func logKeys(_ log: LogAccess) -> Endpoint {
        let permission = BuiltInPermission.readCheckpoint
        return Endpoint(
            .get,
            "/log/keys",
            "List the keys that sign checkpoints",
            tag: "log",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: AsOf(),
            outputs: .json(.ok, .object(.required("items", .array(of: Columns.logKeys.schema))), "Oldest first.")
        ) { context, asOf in
            try await context.require(permission.name, in: .anywhere)
            let moment = try await log.store.size(asOf: asOf)
            let size = try await log.store.head().size
            let keys = try await log.store.logKeys(asOf: moment ?? size)
            return .json(position: Reply.position(ofSize: moment ?? size)) {
                $0.object { writer in
                    writer.member(
                        "items",
                        array: { writer in for key in keys { Columns.logKeys.write(key, to: &writer) } }
                    )
                }
            }
        }
    }
}

extension EventStore {
    /// The keys as they stood after the first `size` events.
    fileprivate func logKeys(asOf size: Int64) async throws -> [LogKey] {
        try await logKeys().filter { $0.createdAt < size }.map { key in
            var key = key
            if let retired = key.retiredAt, retired >= size { key.retiredAt = nil }
            return key
        }
    }
}

extension Columns<LogKey> {
    fileprivate static let logKeys = Columns(
        "LogKey",
        Column("name", .string().described("The log's name")) { .string($0.name) },
        Column("id", .string().described("8 hexadecimal digits")) { .string($0.id) },
        Column("verifier", .string().described("name+id+base64 (C2SP signed-note)")) { .string($0.verifier) },
        Column("createdPosition", .position) { .integer($0.createdAt) },
        Column("retiredPosition", .position) { .optional($0.retiredAt) }
    )
}
