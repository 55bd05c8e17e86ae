import EventStore
import Events
import Foundation
import OpenSSL
import Postgres
import Time

/// One attempt at making an export, on the connection that holds its turn.
struct ExportRun: Sendable {
    private let service: ExportService
    private let connection: PostgresConnection
    private let id: String

    init(_ service: ExportService, _ id: String, on connection: PostgresConnection) {
        self.service = service
        self.id = id
        self.connection = connection
    }

    /// What an attempt came to.
    enum Outcome: Sendable, Hashable {
        /// It is another's turn, or was called off.
        case left
        case completed
        case failed
    }

    /// Makes the export, if it is still to be made.
    func run() async throws -> Outcome {
        // What is recorded up to here counts: whoever held the lock before has said all that it will. What comes between the
        // newest event and the record, a call to stop, fences the attempt.
        guard let newest = try await service.newest(of: ExportService.Stream.export(id)),
            let record = try await service.history.export(id), record.isOpen,
            record.retryAt.map({ $0 <= service.clock() }) ?? true
        else { return .left }
        let stream = FencedStream(
            service,
            ExportService.Stream.export(id),
            branch: record.branchID,
            version: newest.version
        )
        let attempt = record.attempt + 1
        do {
            return try await Deadline.keep(service.settings.longest) { try await make(record, attempt, stream) }
        } catch is FencedStream.Fenced {
            return .left
        } catch {
            if Task.isCancelled {
                if await stream.isBegun { await handBack(attempt, stream) }
                return .left
            }
            return try await settle(error, attempt, counting: attempt - record.interruptions, stream)
        }
    }

    /// Leaves it to another server, or to this one's next start, which begins it anew at once: the attempt does not count.
    private func handBack(_ attempt: Int64, _ stream: FencedStream) async {
        let event = Events.Exports.Failed(
            exportID: id,
            attempt: attempt,
            cause: .interrupted,
            reason: "The server was shut down.",
            retryAt: service.clock()
        )
        // In a task of its own, since this one is called off. Called off itself, the export is fenced. What is not recorded
        // counts as an attempt.
        _ = await Task { try await stream.append(event) }.result
    }

    private func make(_ record: ExportRecord, _ attempt: Int64, _ stream: FencedStream) async throws -> Outcome {
        var size = try await service.store.head().size
        if case .size(let asked) = record.order.moment { size = asked }
        // Begun once, it stays of the moment at which it was begun.
        if let begun = record.size { size = begun }
        try await stream.append(
            Events.Exports.Started(
                exportID: id,
                attempt: attempt,
                size: size,
                node: service.settings.node
            )
        )
        let earlier = attempt - record.interruptions - 1
        guard earlier < service.settings.attempts else {
            throw ExportFailure(.internal, "It was begun \(earlier) times and never finished.", isFinal: true)
        }
        let started = ContinuousClock.now
        // As it is now: what was erased before it was begun is in no file, and whatever is erased later takes the file away.
        guard let record = try await service.history.export(id) else {
            throw ExportFailure(.internal, "Its record is gone.", isFinal: true)
        }
        let plan = try await plan(of: record)
        let rights = try await service.authority.rights(of: record.ownerID, roles: record.roles)
        let scope = try ExportScope(
            plan.report,
            branch: record.order.branchID,
            rights.limited(to: ExportService.createPermission)
        )
        let rendered = try await RenderedReport(
            service: service,
            connection: connection,
            plan: plan,
            scope: scope,
            size: size
        ).make(id, attempt, stream)
        let name = ExportRecord.storedName(id, attempt, record.order.format)
        do {
            try Task.checkCancellation()
            try await service.storage.put(rendered.path, as: name)
            try await stream.append(completed(record, plan, scope, rendered, attempt, ContinuousClock.now - started))
            return .completed
        } catch {
            try? FileManager.default.removeItem(atPath: rendered.path)
            // Where it is not known whether the log has it, the file stays until that is: others look after it.
            if error is FencedStream.Fenced { try? await service.storage.remove(name) }
            throw error
        }
    }

    private func plan(of record: ExportRecord) async throws -> ExportPlan {
        if record.order.personalConditions < record.personalFilterCount {
            throw ExportFailure(
                .invalid,
                "What it was asked for by was erased: it cannot be made any more as it was asked for.",
                isFinal: true
            )
        }
        guard let report = try await service.report(record.order.report) else {
            throw ExportFailure(.invalid, "There is no such report any more.", isFinal: true)
        }
        var order = record.order
        // Of a moment that is made fast already; the branch is a condition of its own.
        if report.moments == .newest { order.moment = .turn }
        return try ExportPlan(order, of: report)
    }

    private func completed(
        _ record: ExportRecord,
        _ plan: ExportPlan,
        _ scope: ExportScope,
        _ rendered: RenderedReport.File,
        _ attempt: Int64,
        _ duration: Duration
    ) -> Events.Exports.Completed {
        let days = Int64(record.order.keepDays ?? service.settings.keepDays)
        let (seconds, fraction) = duration.components
        return Events.Exports.Completed(
            exportID: id,
            attempt: attempt,
            size: rendered.size,
            rootHash: rendered.rootHash,
            sha256: rendered.sha256,
            bytes: rendered.bytes,
            rows: rendered.rows,
            pages: rendered.pages,
            parametersSha256: plan.digest(scope),
            milliseconds: seconds * 1_000 + fraction / 1_000_000_000_000_000,
            permissions: scope.permissions,
            branches: scope.branches?.sorted(),
            holdsPersonal: plan.touchesPersonal,
            personalBranches: scope.personal?.sorted(),
            expiresAt: service.clock() + .seconds(days * 86_400)
        )
    }

    /// Records why it was not made, and when it is tried again.
    private func settle(
        _ error: any Error,
        _ attempt: Int64,
        counting count: Int64,
        _ stream: FencedStream
    ) async throws -> Outcome {
        let failure = ExportFailure(error)
        let isFinal = failure.isFinal || count >= service.settings.attempts
        service.logger.error(
            "an export was not made",
            metadata: ["exportId": "\(id)", "attempt": "\(attempt)", "error": "\(error)", "final": "\(isFinal)"]
        )
        do {
            try await stream.append(
                Events.Exports.Failed(
                    exportID: id,
                    attempt: attempt,
                    cause: failure.cause,
                    reason: failure.reason,
                    retryAt: isFinal ? nil : service.clock() + ExportFailure.pause(after: count)
                )
            )
        } catch is FencedStream.Fenced { return .left }
        return .failed
    }
}
