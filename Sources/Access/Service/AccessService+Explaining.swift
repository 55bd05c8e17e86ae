import EventStore
package import MerkleLog
package import Time

/// An explanation with what it rests on.
package struct ExplainedAccess: Sendable {
    /// Why, or why not.
    package var explanation: Explanation
    /// The events that it rests on, by position.
    package var evidence: [Evidence]
    /// That each of these events is in the log, by its position.
    package var proofs: [Int64: TlogProof]
    /// The time by which starts and ends were judged.
    package var time: Timestamp
}

extension AccessService {
    /// Why a user may do something, or may not, with the events, their actors and the proofs.
    ///
    /// That it was asked is taken down as a check.
    package func explain(
        _ question: AccessQuestion,
        asOf moment: AccessMoment = .now,
        _ context: CommandContext
    ) async throws -> AccessAnswer<ExplainedAccess> {
        try AccessText.requireID(question.userID, at: "/userId")
        try AccessText.requireID(question.permission, at: "/permission")
        let current = try await directory.current(since: context.startedAt)
        let now = clock()
        try current.model.require(.explainAccess, of: context.actor, in: question.scope, at: now)
        let (snapshot, time) = moment == .now ? (current, now) : try await past.access(asOf: moment, now: now)
        let explanation = snapshot.model.explain(
            question.userID,
            question.permission,
            in: question.scope,
            at: time
        )
        let facts = explanation.facts(about: question.userID, snapshot.model)
        let evidence = try await reader.evidence(of: facts, size: snapshot.size).sorted { $0.position < $1.position }
        var proofs: [Int64: TlogProof] = [:]
        for position in Set(evidence.flatMap { [$0.position] + [$0.restoredPosition].compactMap(\.self) }) {
            proofs[position] = try await store.prover.proof(of: position)
        }
        try await decisions.record([
            Decision(
                at: now,
                kind: .check,
                asker: context.actor.id,
                userID: question.userID,
                permission: question.permission,
                scope: question.scope,
                verdict: explanation.verdict,
                size: snapshot.size,
                traceID: context.correlationID
            )
        ])
        return AccessAnswer(
            value: ExplainedAccess(explanation: explanation, evidence: evidence, proofs: proofs, time: time),
            size: snapshot.size
        )
    }
}
