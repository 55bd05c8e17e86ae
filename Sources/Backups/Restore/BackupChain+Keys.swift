import EventStore
import Events

/// The keys that may sign for a log, as its events tell from the first on.
struct ValidKeys: Sendable {
    static let types: Set<EventType> = [Log.KeyCreated.type, Log.KeyRetired.type]

    private(set) var ids: Set<String> = []

    mutating func follow(_ rows: RowCopy) throws {
        for fact in try rows.facts(of: Self.types, from: rows.range.lowerBound) {
            if fact.type == Log.KeyCreated.type {
                ids.insert(try Log.KeyCreated(data: fact.data, personal: nil).keyID)
            } else {
                ids.remove(try Log.KeyRetired(data: fact.data, personal: nil).keyID)
            }
        }
    }
}

extension BackupChain {
    /// The ids of the keys that may sign for the log at a point. Reads as many files as it takes to find what the manifests
    /// say there is of it: the first alone where no key was ever replaced.
    package func validKeys(at point: RestorePoint) async throws -> Set<String> {
        var valid = ValidKeys()
        for link in links {
            var left = ValidKeys.types.reduce(0) { $0 + (link.manifest.types[$1] ?? 0) }
            for segment in link.manifest.segments where left > 0 {
                let rows = try await link.rows(of: segment)
                let end = try point.end(in: rows)
                try valid.follow(rows.cut(below: end))
                guard end == rows.range.upperBound else { return valid.ids }
                left -= ValidKeys.types.reduce(0) { $0 + (rows.types[$1] ?? 0) }
            }
        }
        return valid.ids
    }
}
