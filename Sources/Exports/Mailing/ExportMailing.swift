package import JSON
import Postgres
package import Time

/// What became of the message to one recipient.
package struct ExportMailing: Sendable, Hashable {
    package var mailingID: String
    package var number: Int64
    /// The address; nil once it was erased.
    package var recipient: String?
    /// `due`, `failed` (to be tried again), `sent`, `refused`; `withdrawn` once it is not to be sent any more, or was.
    package var outcome: String
    package var way: String?
    package var attempts: Int64
    package var failure: String?
    package var changedAt: Timestamp

    init(_ row: PostgresRow) throws {
        mailingID = try row.decode("mailing_id", as: String.self)
        number = try row.decode("number", as: Int64.self)
        recipient = try row.decode("recipient", as: String?.self)
        let isWithdrawn = try row.decode("withdrawn_position", as: Int64?.self) != nil
        outcome = isWithdrawn ? "withdrawn" : try row.decode("outcome", as: String.self)
        way = try row.decode("way", as: String?.self)
        attempts = try row.decode("attempts", as: Int64.self)
        failure = try row.decode("failure", as: String?.self)
        changedAt = try row.decode("changed_at", as: Timestamp.self)
    }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("mailingId", mailingID)
        if let recipient { json.member("recipient", recipient) }
        json.member("outcome", outcome)
        if let way { json.member("way", way) }
        json.member("attempts", attempts)
        if let failure { json.member("reason", failure) }
        json.member("changedAt", changedAt)
    }
}

/// A message that can be sent now.
struct DueMail: Sendable, Hashable {
    var mailingID: String
    var number: Int64
    var exportID: String
    var recipient: String?
    var attempts: Int64
    var askedBy: String
    var roles: [String]?
    /// Where it stands in the log that it was asked for.
    var askedPosition: Int64

    init(_ row: PostgresRow) throws {
        mailingID = try row.decode("mailing_id", as: String.self)
        askedPosition = try row.decode("asked_position", as: Int64.self)
        number = try row.decode("number", as: Int64.self)
        exportID = try row.decode("export_id", as: String.self)
        recipient = try row.decode("recipient", as: String?.self)
        attempts = try row.decode("attempts", as: Int64.self)
        askedBy = try row.decode("asked_by", as: String.self)
        roles = try row.decode("roles", as: [String]?.self)
    }
}
