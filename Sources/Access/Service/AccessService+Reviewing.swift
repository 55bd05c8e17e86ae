import EventStore
import Events
import JSON
import Postgres
package import Time

/// A review: its lines, batch by batch while they are found, and what part of the log they come from.
package struct AccessReview<Row: Sendable>: Sendable {
    /// The lines.
    package var batches: AsyncThrowingStream<[Row], any Error>
    /// How many events they take into account.
    package var size: Int64
}

// Reviews are of all users, however many, and are made while they are read. That one was asked for is recorded before
// anything of it is shown.
extension AccessService {
    /// How many users are looked at at once.
    private static let usersPerBatch = 500

    /// Who gained, kept and lost what between two moments, by user; in one branch if given, else in each in which the user has a
    /// role at one of them.
    package func reviewChanges(
        from: AccessMoment,
        to: AccessMoment = .now,
        level: ReviewedChange.Level,
        branchID: String? = nil,
        _ context: CommandContext
    ) async throws -> AccessReview<ReviewedChange> {
        let now = try await beginReview(["review": "changes"], branchID, context)
        let (old, before) = try await past.access(asOf: from, now: now)
        let (new, after) = try await past.access(asOf: to, now: now)
        guard old.size <= new.size else {
            throw AccessRefusal(.invalid(pointer: "/to"), "The second moment lies before the first.")
        }
        return AccessReview(
            batches: overUsers(from: old.size, to: new.size) { users in
                users.flatMap { user in
                    new.model.changes(of: user, since: old.model, at: before, until: after, level, in: branchID)
                }
            },
            size: new.size
        )
    }

    /// Grants of which nothing was allowed to their users since a time, by user; in one branch if given.
    ///
    /// It rests on the decision log, which has commands and checks: what only lets read looks dormant, and where the log is
    /// off, everything does.
    package func reviewDormant(
        since: Timestamp,
        branchID: String? = nil,
        _ context: CommandContext
    ) async throws -> AccessReview<DormantGrant> {
        let now = try await beginReview(["review": "dormant"], branchID, context)
        try await decisions.settle()
        let snapshot = try await directory.current()
        if let projections {
            try await projections.wait(for: "decisions", toHold: snapshot.size, deadline: .seconds(5))
        }
        let reader = reader
        return AccessReview(
            batches: overUsers(from: snapshot.size, to: snapshot.size) { users in
                let uses = try await reader.lastUses(of: users)
                return users.flatMap { user in
                    snapshot.model.dormant(user, uses[ExactKey(user)] ?? [], since: since, at: now)
                }
                .filter { grant in branchID.map { ExactKey.same($0, grant.branchID) } ?? true }
            },
            size: snapshot.size
        )
    }

    /// What breaks the rules of access at a moment: after a restore, or when something has expired on which another
    /// rests. In one branch if given.
    package func reviewViolations(
        asOf moment: AccessMoment = .now,
        branchID: String? = nil,
        _ context: CommandContext
    ) async throws -> AccessAnswer<[RuleViolation]> {
        let now = try await beginReview(["review": "violations"], branchID, context)
        let (snapshot, time) = try await past.access(asOf: moment, now: now)
        let violations = snapshot.model.ruleViolations(at: time)
            .filter { violation in branchID.map { ExactKey.same($0, violation.branchID) } ?? true }
        return AccessAnswer(value: violations, size: snapshot.size)
    }

    /// Assignments that end by a time, the first to end first, as far as the actor may see who has which role.
    package func getExpiring(
        by end: Timestamp,
        branches: [String]? = nil,
        asOf moment: AccessMoment = .now,
        after: (expiresAt: Timestamp, position: Int64)? = nil,
        limit: Int = .max
    ) async throws -> AccessAnswer<[UserRoleRecord]> {
        let point = try await reader.point(of: moment, now: clock())
        let rows = try await reader.expiring(by: end, in: branches, at: point, after: after, limit: limit)
        return AccessAnswer(value: rows, size: point.size)
    }

    private func beginReview(
        _ filter: JSONObject,
        _ branchID: String?,
        _ context: CommandContext
    ) async throws -> Timestamp {
        let snapshot = try await directory.current(since: context.startedAt)
        let now = clock()
        let scope: AccessScope =
            branchID.map { $0 == RBAC.institutionBranch ? .institution : .branch($0) } ?? .institution
        try snapshot.model.require(.reviewAccess, of: context.actor, in: scope, at: now)
        var filter = filter
        if let branchID { filter["branchId"] = .string(branchID) }
        let queried = Audit.HistoryQueried(kind: .events, filter: filter, returned: 0)
        _ = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: "audit-reads", events: [NewEvent(queried)])],
                actor: context.actor.id,
                correlationID: context.correlationID
            )
        )
        return now
    }

    private func overUsers<Row: Sendable>(
        from: Int64,
        to: Int64,
        _ rows: @escaping @Sendable ([String]) async throws -> [Row]
    ) -> AsyncThrowingStream<[Row], any Error> {
        let reader = reader
        let last = LastUser()
        return AsyncThrowingStream {
            let users = try await reader.holders(from: from, to: to, after: await last.id, limit: Self.usersPerBatch)
            guard let end = users.last else { return nil }
            await last.advance(to: end)
            return try await rows(users)
        }
    }

    /// How far a review has come.
    private actor LastUser {
        private(set) var id = ""

        func advance(to id: String) { self.id = id }
    }
}
