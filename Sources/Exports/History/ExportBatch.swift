package import JSON
import Postgres
package import Time

/// Exports that were asked for together.
package struct ExportBatch: Sendable, Hashable {
    package var batchID: String
    package var ownerID: String
    package var count: Int64
    package var notBefore: Timestamp?
    package var requestedPosition: Int64
    package var requestedAt: Timestamp
    /// Its exports, in the order in which they were asked for.
    package var exports: [ExportRecord] = []

    init(_ id: String, _ row: PostgresRow) throws {
        batchID = id
        ownerID = try row.decode("owner_id", as: String.self)
        count = try row.decode("count", as: Int64.self)
        notBefore = try row.decode("not_before", as: Timestamp?.self)
        requestedPosition = try row.decode("requested_position", as: Int64.self)
        requestedAt = try row.decode("requested_at", as: Timestamp.self)
    }

    /// Whether nothing of it is to be made any more.
    package var isFinished: Bool { exports.allSatisfy { [.completed, .failed, .cancelled].contains($0.state) } }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("batchId", batchID)
        json.member("ownerId", ownerID)
        json.member("requestedAt", requestedAt)
        if let notBefore { json.member("notBefore", notBefore) }
        json.member("count", count)
        json.member("finished", isFinished)
        json.member(
            "states",
            object: { json in
                for state in ExportRecord.State.allCases {
                    let count = exports.count { $0.state == state }
                    if count > 0 { json.member(state.rawValue, count) }
                }
            }
        )
        json.member("exports", array: { json in for export in exports { json.object { export.write(to: &$0) } } })
    }
}
