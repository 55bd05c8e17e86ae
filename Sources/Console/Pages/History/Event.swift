import Access
import Audit
import EventStore
import HTTPAPI
import HTTPTypes
import JSON
import MerkleLog

extension ConsoleSite {
    /// `GET /console/history/{position}`: one event, and what it takes to check it.
    var eventPage: Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .get,
            "/console/history/{position}",
            "Show an event",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("position", .position, "The event's position."),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, position, head in
            try await context.require(permission.name, in: .anywhere)
            let reader = try await parts.log.history.reader(permission, context)
            let entry = try await parts.audit.event(at: position, by: reader)
            let change = try await change(entry, context)
            let related = try await parts.audit.related(to: entry, by: reader)
            let event = try await rawEvent(at: position, context)
            let chosen = cookies.chosenMoment(in: head.headers)?.moment
            // An event is the same at all times; what followed from it since was not there yet.
            let known = try await isKnown(related + [entry], asOf: chosen)
            let shown = known[entry.position] == true ? related.filter { known[$0.position] == true } : related
            var values = EventFacts(entry, change: change, related: shown, event: event).values
            if known[entry.position] != true { values["isLater"] = true }
            return try await page("event", values, at: "history", context, head, isOfMoment: true)
        }
    }

    /// `GET /console/history/{position}/evidence`: the bundle that the API gives out under `/log/events/{position}/proof`, for
    /// whoever is signed in here.
    var evidence: Endpoint {
        let permission = BuiltInPermission.readProofs
        return Endpoint(
            .get,
            "/console/history/{position}/evidence",
            "Get the evidence of an event",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("position", .position, "The event's position."),
            Query("size", .position, "In the smallest checkpoint of at least so many events; else in the newest."),
            outputs: Output(.ok, [.json], nil, "The bundle."),
            problems: .notFound,
            .unavailable
        ) { [self] context, position, size in
            guard let event = try await rawEvent(at: position, context) else {
                throw Problem.notFound("event at position", "\(position)")
            }
            let store = parts.store
            var treeSize: Int64?
            if let size {
                treeSize = try await store.checkpointSize(covering: max(size, position + 1))
                if treeSize == nil { throw Problem.notFound("checkpoint of at least size", "\(size)") }
            }
            let proof = try await store.prover.proof(of: position, treeSize: treeSize)
            try await parts.log.record(
                .proof,
                ["position": .number(JSONNumber(position))],
                returned: 1,
                by: permission,
                context
            )
            var reply = Reply.json {
                ProofBundle(event: event, proof: proof).write(into: &$0, includingPersonal: true)
            }
            reply.headers[.contentDisposition] = ContentDisposition.attachment("event-\(position)-evidence.json")
            return PageReply.guarded(reply)
        }
    }

    /// Which of some events had been recorded at a moment, by position.
    private func isKnown(_ entries: [AuditEntry], asOf moment: Moment?) async throws -> [Int64: Bool] {
        let size: Int64 =
            switch moment {
            case nil: .max
            case .position(let position): position + 1
            case .time(let time): try await parts.store.reader.size(at: time)
            }
        return Dictionary(entries.map { ($0.position, $0.position < size) }, uniquingKeysWith: { first, _ in first })
    }

    /// The event with all that is hashed of it; nil where the reader may not have that, or there is none.
    func rawEvent(at position: Int64, _ context: RequestContext) async throws -> RecordedEvent? {
        guard try await context.allows(BuiltInPermission.readProofs.name, in: .anywhere) else { return nil }
        do {
            let event = try await parts.log.event(at: position, size: nil, by: .readLogEvents, context)
            let scope = BranchScope.history(event.header.branch ?? "institution")
            try await context.require(BuiltInPermission.readProofs.name, in: scope)
            return event
        } catch let problem as Problem where problem.kind == .forbidden || problem.kind == .notFound {
            return nil
        }
    }

    /// The thing before and after the event, for those who may read trails.
    private func change(_ entry: AuditEntry, _ context: RequestContext) async throws -> AuditChange? {
        let permission = BuiltInPermission.readTrails
        guard let id = entry.resourceID,
            try await context.allows(permission.name, in: .history(entry.branchID ?? "institution"))
        else { return nil }
        do {
            let trail = try await parts.audit.trail(
                of: entry.resource,
                id,
                below: entry.position + 1,
                limit: 1,
                by: try await parts.log.history.reader(permission, context)
            )
            return trail.lines.first { $0.entry.position == entry.position }
        } catch let error as AuditError {
            guard case .notFound = error.code else { throw error }
            return nil
        }
    }
}
