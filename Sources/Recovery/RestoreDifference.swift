import JSON
import OpenSSL

/// Takes in what a restore would change, in the order of things, and keeps counts, a few rows and a digest of it all.
///
/// What ends and what returns of the same thing come one after the other, and are one change.
struct RestoreDifference {
    /// A row of a read model's preview.
    struct Row: Sendable, Hashable {
        var projection: String
        var thing: String
        /// Whether it holds now and would no more; otherwise it would hold again.
        var ends: Bool
        /// Its ids, as JSON text.
        var key: String
        /// What is known of it, as JSON text.
        var facts: String
    }

    private let limit: Int
    private var hash = SHA256()
    private var pending: Row?
    private(set) var things: [RestoredThings] = []

    /// - Parameter limit: how many rows of each kind of thing are kept.
    init(limit: Int) {
        self.limit = limit
    }

    mutating func add(_ row: Row) throws {
        // Texts of JSON hold no line feed outside of strings, and none within: lines cannot be mistaken.
        hash.update("\(row.projection)\n\(row.thing)\n\(row.ends)\n\(row.key)\n\(row.facts)\n")
        if let previous = pending, previous.ends, !row.ends, previous.projection == row.projection,
            previous.thing == row.thing, previous.key == row.key
        {
            pending = nil
            try note(.changed, previous, after: row)
        } else {
            try flush()
            pending = row
        }
    }

    /// All that was taken in, and the SHA-256 of it in hexadecimal.
    mutating func finish() throws -> (things: [RestoredThings], digest: String) {
        try flush()
        return (things, hash.finalize().hex)
    }

    private mutating func flush() throws {
        guard let row = pending else { return }
        pending = nil
        try note(row.ends ? .removed : .added, row, after: nil)
    }

    private mutating func note(_ change: RestoredRow.Change, _ row: Row, after: Row?) throws {
        if things.last?.projection != row.projection || things.last?.thing != row.thing {
            things.append(RestoredThings(projection: row.projection, thing: row.thing))
        }
        let index = things.count - 1
        switch change {
        case .added: things[index].added += 1
        case .removed: things[index].removed += 1
        case .changed: things[index].changed += 1
        }
        guard things[index].rows.count < limit else { return }
        let key = try Self.object(row.key)
        let facts = try Self.object(row.facts)
        let later = try after.map { try Self.object($0.facts) }
        things[index].rows.append(
            RestoredRow(
                change: change,
                key: key,
                label: RestoredRow.label(row.thing, key: key, facts: facts),
                before: row.ends ? facts : nil,
                after: row.ends ? later : facts
            )
        )
    }

    private static func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: text) else { return JSONObject() }
        return object
    }
}
