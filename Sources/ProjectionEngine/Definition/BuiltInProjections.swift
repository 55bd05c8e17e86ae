import Projections

extension ProjectionDefinition {
    /// The read models that come with Daybook.
    package static var builtIn: [ProjectionDefinition] {
        get throws { try all(in: Projections.directory) }
    }
}
