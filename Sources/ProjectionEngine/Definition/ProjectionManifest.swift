package import Events
import JSON

/// What a read model says about itself in `manifest.json`.
package struct ProjectionManifest: Sendable, Hashable {
    /// When events are applied.
    package enum Mode: String, Sendable, CaseIterable {
        /// In the transaction that appends them.
        case inline
        /// Soon after, in batches.
        case following
    }

    /// The name of the read model, and of the schema that serves it.
    package var name: String
    /// Grows with every change of its SQL.
    package var version: Int
    /// When events are applied.
    package var mode: Mode
    /// Whether a restore takes it back.
    package var rewinds: Bool
    /// The types that it applies; nil for all.
    package var types: Set<EventType>?

    /// Reads a manifest.
    ///
    /// - Throws: `ProjectionError` that names every problem.
    package init(parsing bytes: [UInt8]) throws {
        do {
            var reader = JSONReader(try JSONValue(parsing: bytes))
            name = reader.string("name", StringRule(1...40))
            version = Int(reader.integer("version", in: 1...999_999))
            mode = reader.choice("mode")
            rewinds = reader.bool("rewinds")
            let names = reader.strings("events", each: StringRule(1...100), count: 1...1_000)
            types = names == ["*"] ? nil : Set(names.map { EventType(rawValue: $0) })
            if name.isEmpty || !name.utf8.allSatisfy({ (97...122).contains($0) || $0 == 95 }) {
                reader.refuse("name", "Lower-case letters and _ only: it becomes the name of a schema.")
            }
            if names.count > 1, names.contains("*") {
                reader.refuse("events", "\"*\" stands for every type; it stands alone.")
            }
            try reader.finish()
        } catch {
            throw ProjectionError(.invalidDefinition, "manifest.json: \(error)")
        }
    }

    /// The types whose events it has to be called for: its own, and restores if they rewind it. Nil for all.
    package var subscribedTypes: Set<EventType>? {
        guard let types else { return nil }
        return rewinds ? types.union(["recovery.restored"]) : types
    }
}
