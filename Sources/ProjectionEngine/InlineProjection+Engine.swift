package import EventStore
import Events

extension ProjectionEngine {
    /// What the event store is to call inside its transaction.
    package var inlineProjections: [InlineProjection] {
        definitions.filter { $0.manifest.mode == .inline }.map { definition in
            InlineProjection(
                name: definition.name,
                types: definition.manifest.subscribedTypes ?? Set(EventCatalogue.all.map(\.type)),
                function: "\(definition.name).apply",
                expectation: .init(function: "projections.expect", digest: definition.digest)
            )
        }
    }
}
