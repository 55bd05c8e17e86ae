import EventStore
import Events
import Time

/// Carries commands out: takes the current model, decides, and records the events under the conditions of the plan.
///
/// When somebody was quicker with what the decision rested on, it is decided anew, a bounded number of times.
struct CommandRunner: Sendable {
    static let attempts = 20

    let store: EventStore
    let directory: AccessDirectory
    let decisions: DecisionRecorder
    let clock: @Sendable () -> Timestamp

    /// Records what a command becomes, or what it became when the same request was made before.
    ///
    /// - Throws: as ``AccessService`` says of every command.
    func carryOut(_ command: some AccessCommand, _ context: CommandContext) async throws -> CommandOutcome {
        var snapshot = try await directory.current(since: context.startedAt)
        for attempt in 0..<Self.attempts {
            let decision = decide(command, on: snapshot, context)
            if attempt == 0, decision.recordsNothing {
                // Nothing will be appended whose conditions could tell that the request began long ago.
                let newer = try await directory.current()
                if newer.size > snapshot.size {
                    snapshot = newer
                    continue
                }
            }
            let plan: AccessPlan
            do throws(AccessRefusal) {
                plan = try decision.get()
            } catch {
                // A repeated request finds its own events in the way; it is answered as it was the first time.
                if let earlier = try await replay(context) { return earlier }
                try await record(error, on: snapshot, context)
                throw error
            }
            guard !plan.appends.isEmpty else {
                if let earlier = try await replay(context) { return earlier }
                return CommandOutcome(receipt: nil, size: snapshot.size, events: [])
            }
            do {
                let receipt = try await store.append(request(plan, on: snapshot, context))
                let branch = plan.appends.first?.branch ?? RBAC.institutionBranch
                await record([command.permission].compactMap(\.self), in: branch, on: snapshot, context)
                let last = receipt.events.last?.position ?? snapshot.size - 1
                return CommandOutcome(
                    receipt: receipt,
                    size: last + 1,
                    events: receipt.isReplay ? [] : plan.events,
                    decidedOn: receipt.isReplay ? nil : snapshot
                )
            } catch let error as AppendError where error.isRace {
                // Whoever won may be about to append again; a short, growing and uneven pause lets everybody through.
                if attempt > 1 { try await Task.sleep(for: .milliseconds(Int.random(in: 1...(4 * attempt)))) }
                snapshot = try await directory.current()
            }
        }
        throw AccessRefusal(
            .contended,
            "Others kept changing what this command rests on. Try again.",
            currentVersion: nil
        )
    }

    /// That the actor had permissions where the thing is.
    func record(
        _ permissions: [BuiltInPermission],
        in branch: String,
        on snapshot: AccessSnapshot,
        _ context: CommandContext
    ) async {
        guard !permissions.isEmpty, case .user(let user, _) = context.actor else { return }
        let scope: AccessScope = branch == RBAC.institutionBranch ? .institution : .branch(branch)
        let now = clock()
        let allowed = permissions.map { permission in
            Decision(
                at: now,
                kind: .command,
                asker: user,
                userID: user,
                permission: permission.name,
                scope: scope,
                verdict: .allowed,
                size: snapshot.size,
                traceID: context.correlationID
            )
        }
        // What was carried out is carried out, whether or not this can be recorded.
        _ = try? await decisions.record(allowed)
    }

    /// That the actor lacks a permission where the thing is, which nobody knew before it was decided.
    func record(
        _ refusal: AccessRefusal,
        on snapshot: AccessSnapshot,
        _ context: CommandContext
    ) async throws {
        guard case .forbidden(let permission, let branch) = refusal.code,
            case .user(let user, let session) = context.actor
        else {
            return
        }
        let scope: AccessScope =
            switch branch {
            case nil: .anywhere
            case RBAC.institutionBranch: .institution
            case let branch?: .branch(branch)
            }
        let decision = Decision(
            at: clock(),
            kind: .command,
            asker: user,
            userID: user,
            permission: permission,
            scope: scope,
            verdict: snapshot.model.check(user, permission, in: scope, at: clock(), session: session),
            size: snapshot.size,
            traceID: context.correlationID
        )
        try await decisions.record([decision])
    }

    private func decide(
        _ command: some AccessCommand,
        on snapshot: AccessSnapshot,
        _ context: CommandContext
    ) -> Result<AccessPlan, AccessRefusal> {
        Result { () throws(AccessRefusal) in
            try command.decide(on: snapshot.model, by: context.actor, at: clock())
        }
    }

    /// The outcome of the same request when it was made before, by its idempotency key.
    private func replay(_ context: CommandContext) async throws -> CommandOutcome? {
        guard let receipt = try await receiptBefore(context) else { return nil }
        return CommandOutcome(receipt: receipt, size: (receipt.events.last?.position ?? -1) + 1, events: [])
    }

    /// Where the same request was recorded when it was made before.
    func receiptBefore(_ context: CommandContext) async throws -> Receipt? {
        guard let key = context.idempotency else { return nil }
        return try await store.receipt(of: key)
    }

    private func request(
        _ plan: AccessPlan,
        on snapshot: AccessSnapshot,
        _ context: CommandContext
    ) -> AppendRequest {
        AppendRequest(
            streams: plan.appends.map(\.recorded),
            conditions: conditions(
                restsOn: plan.restsOn,
                appending: Set(plan.appends.map(\.stream)),
                on: snapshot,
                context
            ),
            actor: context.actor.id,
            correlationID: context.correlationID,
            idempotency: context.idempotency
        )
    }

    /// What has to hold still for what was decided on a snapshot to be recorded: what it rests on, and the actor's own rights.
    ///
    /// - Parameter streams: those that are appended to, at the versions that were seen.
    func conditions(
        restsOn types: Set<EventType>,
        appending streams: Set<String>,
        on snapshot: AccessSnapshot,
        _ context: CommandContext
    ) -> [AppendCondition] {
        var conditions = [AppendCondition.noneSince(size: snapshot.size, types: types)]
        if case .user(let user, let session) = context.actor {
            if let session, let open = snapshot.model.sessions[session] {
                conditions.append(.stream(AccessStream.session(session), at: .exact(open.version)))
            }
            // The actor's own rights as well must still be what they were.
            let stream = AccessStream.user(user)
            if !streams.contains(stream) {
                conditions.append(.stream(stream, at: snapshot.model.expectedUserVersion(user)))
            }
        }
        return conditions
    }
}

extension AccessPlan.Append {
    /// As the log takes it.
    var recorded: StreamAppend {
        StreamAppend(
            stream: stream,
            expected: expected,
            events: events.map { NewEvent($0.payload, branch: $0.payload.branch ?? branch) }
        )
    }
}

extension Result<AccessPlan, AccessRefusal> {
    fileprivate var recordsNothing: Bool {
        switch self {
        case .success(let plan): plan.appends.isEmpty
        case .failure: true
        }
    }
}

extension AppendError {
    /// Whether somebody else was quicker, so that deciding anew may succeed.
    var isRace: Bool {
        switch code {
        case .versionConflict, .conditionFailed: true
        default: false
        }
    }
}
