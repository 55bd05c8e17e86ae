import EventStore
import Events
import Time

/// What a step of a review becomes: an event of its stream, and with a revocation the removal in the same append.
struct ReviewPlan: Sendable {
    /// What it takes to decide.
    static let permissions: [BuiltInPermission] = [.reviewAccess, .removeRoles]

    /// Where the review is.
    let branch: String
    /// The event of the review.
    let review: StreamAppend
    /// What is done to access itself, before it.
    var removal: AccessPlan?
    /// What has to be still, beside what a removal rests on.
    var restsOn = AccessEvent.structuralTypes
    /// The user whose assignments have to be still as they were seen.
    var watched: String?

    init(_ branch: String, _ id: String, _ expected: ExpectedVersion, _ event: NewEvent) {
        self.branch = branch
        review = StreamAppend(stream: RoleReview.stream(id), expected: expected, events: [event])
    }

    /// The scope that a branch stands for.
    static func scope(_ branch: String) -> AccessScope {
        branch == RBAC.institutionBranch ? .institution : .branch(branch)
    }
}

extension RoleReview {
    /// What a decision becomes: with a revocation the ordinary removal stands right before it.
    @inline(never)
    func plan(
        _ decided: RBAC.ReviewDecided,
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> ReviewPlan {
        var plan = ReviewPlan(branchID, id, .exact(version), NewEvent(decided))
        switch decided.decision {
        case .keep: plan.watched = decided.userID
        case .revoke:
            let remove = RemoveRole(
                userID: decided.userID,
                roleID: decided.roleID,
                branch: branchID,
                reason: decided.reason
            )
            plan.removal = try remove.decide(on: model, by: actor, at: now)
        }
        return plan
    }
}

extension CommandRunner {
    /// Carries out a step of a review: decides on the current model and records under the conditions of a command, anew when somebody
    /// was quicker; nil where there was nothing to do.
    func review(
        _ context: CommandContext,
        _ decide: @Sendable (AccessSnapshot) async throws -> ReviewPlan?
    ) async throws -> Receipt? {
        if let receipt = try await receiptBefore(context) { return receipt }
        // What is newer than the request shows in the review itself, so that access is not to be older.
        var snapshot = try await directory.current()
        for attempt in 0..<Self.attempts {
            let decided: ReviewPlan?
            do {
                decided = try await decide(snapshot)
            } catch let refusal as AccessRefusal {
                // A request that is repeated finds its own events in the way; it is answered as it was the first time.
                if let receipt = try await receiptBefore(context) { return receipt }
                try await record(refusal, on: snapshot, context)
                throw refusal
            }
            guard let plan = decided else { return try await receiptBefore(context) }
            do {
                let receipt = try await store.append(request(plan, on: snapshot, context))
                await record(ReviewPlan.permissions, in: plan.branch, on: snapshot, context)
                return receipt
            } catch let error as AppendError where error.isRace {
                if attempt > 1 { try await Task.sleep(for: .milliseconds(Int.random(in: 1...(4 * attempt)))) }
                snapshot = try await directory.current()
            }
        }
        throw AccessRefusal(.contended, "Others kept deciding in this review. Try again.")
    }

    @inline(never)
    private func request(_ plan: ReviewPlan, on snapshot: AccessSnapshot, _ context: CommandContext) -> AppendRequest {
        let removal = plan.removal?.appends ?? []
        var conditions = conditions(
            restsOn: plan.restsOn.union(plan.removal?.restsOn ?? []),
            appending: Set(removal.map(\.stream)),
            on: snapshot,
            context
        )
        if let watched = plan.watched, watched != context.actor.id {
            let version = snapshot.model.expectedUserVersion(watched)
            conditions.append(.stream(AccessStream.user(watched), at: version))
        }
        return AppendRequest(
            streams: removal.map(\.recorded) + [plan.review],
            conditions: conditions,
            actor: context.actor.id,
            correlationID: context.correlationID,
            idempotency: context.idempotency
        )
    }
}
