package import EventStore

extension Author {
    /// Whoever makes a request.
    ///
    /// - Parameter key: of a request that may come again.
    package init(_ context: RequestContext, _ key: HTTPAPI.IdempotencyKey? = nil) {
        self.init(
            id: context.actor,
            correlationID: context.correlationID,
            idempotency: key.map { .init(scope: $0.scope, key: $0.key, requestDigest: $0.requestDigest.bytes) }
        )
    }
}
