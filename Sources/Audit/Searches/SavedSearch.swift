import JSON
import Postgres
package import Time

/// A question about the history that somebody has named, to ask it again. What it finds is asked with the rights of then.
package struct SavedSearch: Sendable, Hashable {
    /// Its id.
    package var id: String
    /// Whose it is.
    package var ownerID: String
    /// What its owner calls it, until that is erased. Personal.
    package var name: String?
    /// What is asked for.
    package var filter: AuditFilter
    /// As of when; as of now, whenever it is asked, if nil.
    package var moment: SavedMoment?
    /// Whether it can be asked: where its words were erased it would find more than it did.
    package var isWhole: Bool
    /// Since when it is so.
    package var savedAt: Timestamp
    /// The event that says so.
    package var position: Int64

    init(_ row: PostgresRow) throws {
        id = try row.decode("search_id", as: String.self)
        ownerID = try row.decode("owner_id", as: String.self)
        name = try row.decode("name", as: String?.self)
        let words = try row.decode("words", as: String?.self)
        let recorded = try JSONValue(parsing: row.decode("filter", as: JSONText.self).bytes).object ?? JSONObject()
        filter = AuditFilter(recorded: recorded, text: words)
        moment =
            try row.decode("as_of_position", as: Int64?.self).map { .position($0) }
            ?? row.decode("as_of_time", as: Timestamp?.self).map { .time($0) }
        isWhole = try words != nil || !row.decode("has_words", as: Bool.self)
        savedAt = try row.decode("saved_at", as: Timestamp.self)
        position = try row.decode("from_position", as: Int64.self)
    }
}

extension AuditFilter {
    /// The filter that was recorded as ``json``, and the words that were recorded beside it.
    init(recorded json: JSONObject, text: String?) {
        self.init()
        actor = json["actor"]?.string
        subject = json["subject"]?.string
        type = json["type"]?.string
        action = json["action"]?.string
        resource = json["resource"]?.string
        resourceID = json["resourceId"]?.string
        branch = json["branchId"]?.string
        from = json["from"]?.string.flatMap { Timestamp(rfc3339: $0) }
        to = json["to"]?.string.flatMap { Timestamp(rfc3339: $0) }
        self.text = text
    }
}
