package import EventStore
package import Events
import Foundation
import Time

// Whoever reviews may review access in the branch; whoever decides may take roles away there as well, since who may not take
// may not decide that something stays either.
extension AccessService {
    private static let reviewAttempts = 5

    /// Begins a review of who has which role in a branch, of one role if given; its id and where it was recorded.
    package func openReview(
        branchID: String,
        roleID: String? = nil,
        _ context: CommandContext
    ) async throws -> (id: String, receipt: Receipt) {
        try AccessText.requireID(branchID, at: "/branchId")
        if let roleID { try AccessText.requireID(roleID, at: "/roleId") }
        try await requireReviewing([.reviewAccess, .removeRoles], in: branchID, context)
        let id = UUIDv7.generate().uuidString.lowercased()
        let opened = RBAC.ReviewOpened(reviewID: id, branchID: branchID, roleID: roleID)
        return (id, try await append(NewEvent(opened), to: id, .none, nil, context))
    }

    /// A review, for whoever may review access in its branch; to others there is none.
    package func getReview(_ id: String, _ context: CommandContext) async throws -> RoleReview {
        var events: [RecordedEvent] = []
        while true {
            let more = try await store.reader.stream(RoleReview.stream(id), from: Int64(events.count), limit: 10_000)
            events += more
            if more.count < 10_000 { break }
        }
        guard let review = RoleReview(events), try await mayReview(in: review.branchID, context) else {
            throw AccessRefusal(.notFound, "There is no review \(id).")
        }
        return review
    }

    /// The newest reviews in the branches in which the actor may review access, without what was decided in them.
    package func getReviews(limit: Int, _ context: CommandContext) async throws -> [RoleReview] {
        let branches = try await branches(where: context, has: .reviewAccess)
        var found: [RoleReview] = []
        var below = Int64.max
        while found.count < limit {
            let types: Set<EventType> = [RBAC.ReviewOpened.type]
            let events = try await store.reader.eventsBackwards(below: below, types: types, limit: 500)
            for event in events {
                guard found.count < limit, let review = RoleReview([event]) else { continue }
                if branches?.contains(review.branchID) ?? true { found.append(review) }
            }
            guard events.count == 500, let last = events.last else { break }
            below = last.position
        }
        return found
    }

    /// The lines of a review in the order of their assignment, and whether they are still there.
    ///
    /// - Parameter after: the assignment that the page before ended with.
    package func lines(of review: RoleReview, after: Int64 = -1, limit: Int = .max) async throws -> [RoleReviewLine] {
        let then = try await reader.point(of: .position(review.openedPosition), now: clock())
        let now = try await reader.point(of: .now, now: clock())
        let roles = try await reviewed(review, at: then)
        let lines = try await reader.users(ofRoles: roles, in: [review.branchID], at: then, after: after, limit: limit)
        guard let last = lines.last else { return [] }
        var held: Set<Int64> = []
        var reached = after
        // What was assigned since is behind the last line.
        while reached < last.assignedPosition {
            let more = try await reader.users(
                ofRoles: roles,
                in: [review.branchID],
                at: now,
                after: reached,
                limit: lines.count + 1
            )
            guard let next = more.last?.assignedPosition else { break }
            held.formUnion(more.map(\.assignedPosition))
            reached = next
        }
        return lines.map { grant in
            RoleReviewLine(
                grant: grant,
                isHeld: held.contains(grant.assignedPosition),
                decided: review.decisions[grant.assignedPosition]
            )
        }
    }

    /// Keeps a line of a review, or revokes it: then the role is taken from its user by the ordinary command, with the reviewer's
    /// reason, and all that this refuses is refused here. What was decided already stays, and so is answered without an event.
    ///
    /// - Parameter position: of the assignment.
    package func decide(
        _ decision: RBAC.ReviewDecided.Decision,
        line position: Int64,
        ofReview id: String,
        reason: String?,
        _ context: CommandContext
    ) async throws -> Receipt? {
        try AccessText.requireText(reason, at: "/reason")
        if decision == .revoke, reason == nil {
            throw AccessRefusal(.invalid(pointer: "/reason"), "To revoke something takes a reason.")
        }
        var review = try await getReview(id, context)
        try await requireReviewing([.reviewAccess, .removeRoles], in: review.branchID, context)
        guard let line = try await lines(of: review, after: position - 1, limit: 1).first,
            line.grant.assignedPosition == position
        else { throw AccessRefusal(.notFound, "The review \(id) has no such line.") }
        guard try review.decide(line.grant, decision, reason: reason, removedPosition: nil) != nil else { return nil }
        guard line.isHeld else {
            throw AccessRefusal(
                .notAssigned,
                "\(line.grant.userID) does not have the role any more: nothing to decide."
            )
        }
        var removal: Receipt?
        if decision == .revoke {
            let remove = RemoveRole(
                userID: line.grant.userID,
                roleID: line.grant.roleID,
                branch: review.branchID,
                reason: reason
            )
            removal = try await removeRoleFromUser(remove, context).receipt
        }
        for _ in 0..<Self.reviewAttempts {
            let removed = removal?.events.last
            guard
                let decided = try review.decide(
                    line.grant,
                    decision,
                    reason: reason,
                    removedPosition: removed?.position
                )
            else { return nil }
            do {
                return try await append(NewEvent(decided), to: id, .exact(review.version), removed?.id, context)
            } catch let error as AppendError {
                guard case .versionConflict = error.code else { throw error }
                // Somebody decided another line meanwhile.
                review = try await getReview(id, context)
            }
        }
        throw AccessRefusal(.contended, "Others kept deciding in this review. Try again.")
    }

    /// Ends a review. One that has ended stays so.
    package func closeReview(_ id: String, _ context: CommandContext) async throws -> Receipt? {
        for _ in 0..<Self.reviewAttempts {
            let review = try await getReview(id, context)
            try await requireReviewing([.reviewAccess, .removeRoles], in: review.branchID, context)
            if review.isClosed { return nil }
            let count = try await lines(of: review).count
            let closed = RBAC.ReviewClosed(
                reviewID: id,
                branchID: review.branchID,
                kept: Int64(review.kept),
                revoked: Int64(review.revoked),
                undecided: Int64(max(0, count - review.decisions.count))
            )
            do {
                return try await append(NewEvent(closed), to: id, .exact(review.version), nil, context)
            } catch let error as AppendError {
                guard case .versionConflict = error.code else { throw error }
            }
        }
        throw AccessRefusal(.contended, "Others kept deciding in this review. Try again.")
    }

    private func reviewed(_ review: RoleReview, at point: ReadPoint) async throws -> [String] {
        if let role = review.roleID { return [role] }
        return try await reader.roles(at: point).map(\.id)
    }

    private func scope(_ branch: String) -> AccessScope {
        branch == RBAC.institutionBranch ? .institution : .branch(branch)
    }

    private func mayReview(in branch: String, _ context: CommandContext) async throws -> Bool {
        do {
            try await requireReviewing([.reviewAccess], in: branch, context)
            return true
        } catch let refusal as AccessRefusal {
            guard case .forbidden = refusal.code else { throw refusal }
            return false
        }
    }

    private func requireReviewing(
        _ permissions: [BuiltInPermission],
        in branch: String,
        _ context: CommandContext
    ) async throws {
        let model = try await directory.current(since: context.startedAt).model
        let now = clock()
        for permission in permissions { try model.require(permission, of: context.actor, in: scope(branch), at: now) }
    }

    private func append(
        _ event: NewEvent,
        to id: String,
        _ expected: ExpectedVersion,
        _ cause: UUID?,
        _ context: CommandContext
    ) async throws -> Receipt {
        try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: RoleReview.stream(id), expected: expected, events: [event])],
                actor: context.actor.id,
                correlationID: context.correlationID,
                causationID: cause
            )
        )
    }
}
