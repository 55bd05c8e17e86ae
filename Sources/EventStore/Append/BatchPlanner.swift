import Events
import Foundation
import MerkleLog
import OpenSSL
import Postgres
import Time

/// Decides a batch: pure, no I/O.
///
/// Each request is accepted or refused by itself, in queue order, against the log as the requests before it leave it.
struct BatchPlanner: Sendable {
    /// The event types each inline projection applies.
    var inlineTypes: [Set<EventType>]
    /// How requests with an idempotency key are known again.
    var digests: @Sendable () throws -> RequestDigests
    /// Signs the checkpoint of a batch, but not with a retired key.
    var sign: @Sendable (_ size: Int64, _ root: Hash, _ retired: Set<String>) throws -> String

    /// Plans the requests on `tail`, which afterwards stands behind them. Every stream that they name is in `lookups`, or was
    /// known to `tail` when these were made.
    func plan(
        _ requests: [PendingAppend],
        lookups: Lookups,
        on tail: inout LogTail,
        now: Timestamp
    ) throws -> BatchPlan {
        // What was not looked up because it was remembered, before what was makes room for itself.
        for item in requests {
            for stream in item.request.streamNames { tail.nextVersions.keep(stream) }
        }
        for (stream, next) in lookups.nextVersions where tail.nextVersions[stream] == nil {
            tail.nextVersions[stream] = next
        }
        let recordedAt = max(now, tail.recordedAt)
        var plan = BatchPlan(
            expectedSize: tail.size,
            expectedEdge: tail.range.edge,
            newSize: tail.size,
            recordedAt: recordedAt
        )
        // Asked for once, and only where somebody gave a key: it takes the signing key, without which refusals need not wait.
        let haveKeys = requests.contains { $0.request.idempotency != nil }
        let digests = try haveKeys ? self.digests() : nil
        var rows = BinaryCopyWriter()
        var leaves: [Hash] = []
        for item in requests {
            switch repetition(item, tail) {
            case .of(let leader):
                plan.followers.append((item, leader))
                continue
            case .refused(let error):
                plan.answered.append((item, .failure(error)))
                continue
            case .none:
                break
            }
            if let outcome = try recorded(item.request, lookups, digests) ?? refusal(item, tail) {
                plan.answered.append((item, outcome))
                continue
            }
            try accept(item, digests, into: &plan, rows: &rows, leaves: &leaves, tail: &tail)
        }
        guard plan.newSize > plan.expectedSize else { return plan }
        let completed = tail.range.append(contentsOf: leaves)
        for node in completed {
            appendBigEndian(UInt16(node.level), to: &plan.completedNodes)
            appendBigEndian(UInt64(node.index), to: &plan.completedNodes)
            node.hash.append(to: &plan.completedNodes)
        }
        let root = tail.range.root
        plan.root = root
        plan.edge = tail.range.edge
        plan.note = try sign(plan.newSize, root, tail.retiredKeys)
        plan.rows = rows.finish()
        tail.size = plan.newSize
        tail.recordedAt = recordedAt
        return plan
    }

    // MARK: Repetitions

    private static let keyReused = AppendError(
        .idempotencyKeyReused,
        "This idempotency key was used before with another request; use a new key."
    )

    private static let idReused = AppendError(
        .idReused,
        "Some event ids of the request are in the log already, for other events."
    )

    private enum Repetition {
        case of(PendingAppend)
        case refused(AppendError)
    }

    /// Whether the request repeats one that was planned lately.
    private func repetition(_ item: PendingAppend, _ tail: LogTail) -> Repetition? {
        if let key = item.request.idempotency, let leader = tail.unsettledKeys[key.name], leader !== item,
            leader.isStillRecorded
        {
            let isSame = leader.request.idempotency?.requestDigest == key.requestDigest
            return isSame ? .of(leader) : .refused(Self.keyReused)
        }
        for append in item.request.streams {
            for event in append.events where event.mayRepeat {
                if let leader = tail.unsettledIDs[event.id], leader !== item, leader.isStillRecorded {
                    return leader.request.repeats(item.request) ? .of(leader) : .refused(Self.idReused)
                }
            }
        }
        return nil
    }

    private func recorded(
        _ request: AppendRequest,
        _ lookups: Lookups,
        _ digests: RequestDigests?
    ) -> Result<Receipt, AppendError>? {
        if let key = request.idempotency, let digests, let use = lookups.keys[key.name] {
            do {
                return try digests.matches(use.requestDigest, key) ? .success(use.receipt) : .failure(Self.keyReused)
            } catch {
                // It takes a key of earlier times, which cannot be read: that concerns this request alone.
                return .failure(RequestDigests.unavailable)
            }
        }
        let wanted = request.streams.flatMap { append in append.events.map { (append.stream, $0) } }
        let found = wanted.map { lookups.ids[$0.1.id] }
        guard found.contains(where: { $0 != nil }) else { return nil }
        let events = zip(wanted, found).compactMap { wanted, found -> Lookups.Found? in
            guard let found, found.event.stream == wanted.0, found.type == wanted.1.type.rawValue else { return nil }
            return found
        }
        guard events.count == wanted.count, let last = events.max(by: { $0.event.position < $1.event.position }) else {
            return .failure(Self.idReused)
        }
        return .success(
            Receipt(
                events: events.map(\.event),
                checkpointSize: last.checkpointSize,
                recordedAt: last.recordedAt,
                isReplay: true
            )
        )
    }

    // MARK: Conditions

    private func refusal(_ item: PendingAppend, _ tail: LogTail) throws -> Result<Receipt, AppendError>? {
        let request = item.request
        for append in request.streams {
            if let conflict = try conflict(append.stream, append.expected, tail) { return .failure(conflict) }
        }
        for condition in request.conditions {
            switch condition {
            case .stream(let stream, let expected):
                if let conflict = try conflict(stream, expected, tail) { return .failure(conflict) }
            case .noneSince(let size, let types):
                let newest = types.compactMap { tail.newestOfType[$0] }.max() ?? -1
                let isOfAnotherLog = tail.hasLost(size, seenBefore: item.enqueuedAt)
                if size < tail.knownFrom || newest >= size || isOfAnotherLog {
                    return .failure(
                        AppendError(.conditionFailed, "What the decision rested on has changed since; decide again.")
                    )
                }
            }
        }
        return nil
    }

    private func conflict(_ stream: String, _ expected: ExpectedVersion, _ tail: LogTail) throws -> AppendError? {
        let next = try tail.nextVersion(of: stream)
        guard !expected.holds(next: next) else { return nil }
        let current = next == 0 ? nil : next - 1
        let state = current.map { "is at version \($0)" } ?? "has no event"
        return AppendError(
            .versionConflict(stream: stream, current: current),
            "The stream \(stream) \(state), which is not what the request expects."
        )
    }

    // MARK: Acceptance

    private func accept(
        _ item: PendingAppend,
        _ digests: RequestDigests?,
        into plan: inout BatchPlan,
        rows: inout BinaryCopyWriter,
        leaves: inout [Hash],
        tail: inout LogTail
    ) throws {
        let request = item.request
        let first = plan.newSize
        var receipts: [Receipt.Event] = []
        receipts.reserveCapacity(item.eventCount)
        for (append, seals) in zip(request.streams, item.seals) {
            var version = try tail.nextVersion(of: append.stream)
            for (event, seal) in zip(append.events, seals) {
                let header = EventHeader(
                    position: plan.newSize,
                    recordedAt: plan.recordedAt,
                    stream: append.stream,
                    version: version,
                    id: event.id,
                    type: event.type,
                    schemaVersion: event.schemaVersion,
                    branch: event.branch,
                    actor: request.actor,
                    correlationID: request.correlationID,
                    causationID: request.causationID
                )
                let leaf = EventRow.append(event, seal, header, to: &rows)
                leaves.append(leaf)
                receipts.append(
                    Receipt.Event(
                        position: header.position,
                        id: event.id,
                        stream: append.stream,
                        version: version,
                        leaf: leaf
                    )
                )
                tail.newestOfType[event.type] = plan.newSize
                if event.mayRepeat { tail.unsettledIDs[event.id] = item }
                for (index, types) in inlineTypes.enumerated() where types.contains(event.type) {
                    let lower = plan.inline[index]?.lowerBound ?? plan.newSize
                    plan.inline[index] = lower...plan.newSize
                    plan.inlineSize = plan.newSize + 1
                }
                version += 1
                plan.newSize += 1
            }
            tail.nextVersions[append.stream] = version
        }
        if let key = request.idempotency, let digests {
            tail.unsettledKeys[key.name] = item
            plan.keys.append((digests.sealed(key), first, item.eventCount))
        }
        // The checkpoint size is that of the whole batch, known at its end.
        let receipt = Receipt(events: receipts, checkpointSize: 0, recordedAt: plan.recordedAt, isReplay: false)
        plan.accepted.append(BatchPlan.Accepted(pending: item, receipt: receipt))
    }
}

private func appendBigEndian(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
}

extension PendingAppend {
    /// Whether a repetition may wait for this request's answer: it is in flight, or was recorded.
    var isStillRecorded: Bool {
        switch outcome {
        case nil, .success: true
        case .failure: false
        }
    }
}

extension AppendRequest {
    /// Whether both hold the same events, by id, stream and type.
    func repeats(_ other: AppendRequest) -> Bool {
        func identity(_ request: AppendRequest) -> [String] {
            request.streams.flatMap { append in append.events.map { "\($0.id) \($0.type.rawValue) \(append.stream)" } }
        }
        return identity(self) == identity(other)
    }
}
