package import EventStore
package import RateLimiting

/// What the endpoints of limits share.
package struct LimitsAccess: Sendable {
    package let service: LimitsService
    let store: EventStore
    /// Whether requests are limited at all on this server.
    package let isOn: Bool

    /// The endpoints' parts.
    package init(service: LimitsService, store: EventStore, isOn: Bool) {
        self.service = service
        self.store = store
        self.isOn = isOn
    }

    /// The policies at a moment, and how many events the log had then.
    func policies(asOf moment: Moment?) async throws -> (policies: PolicySet, size: Int64) {
        let head = try await store.head().size
        let size: Int64
        switch moment {
        case nil:
            try await service.catchUp()
            return (service.limiter.policies, head)
        case .position(let position): size = position + 1
        case .time(let time): size = try await store.reader.size(at: time)
        }
        guard size <= head else {
            throw Problem.parameter(.query, "asOf", "lies after the end of the log, position \(head - 1).")
        }
        return (try await service.policies(asOf: size), size)
    }
}

extension LimitsError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .refused(let faults):
            Problem(fields: faults.map { FieldProblem(pointer: "/\($0.field)", $0.message) })
        case .tooMany: Problem(.conflict, message)
        case .notFound: Problem(.notFound, message)
        }
    }
}
