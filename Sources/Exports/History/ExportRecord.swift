import JSON
import Postgres
package import Time

/// What the log says of an export.
package struct ExportRecord: Sendable, Hashable {
    /// How it stands.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case queued, running, waiting, completed, failed, cancelled
    }

    /// What the file is, once it is made.
    package struct File: Sendable, Hashable {
        package var sha256: String
        package var bytes: Int64
        package var pages: Int64?
        package var rootHash: String
        package var parametersSHA256: String
        package var milliseconds: Int64
        package var permissions: [String]
        package var branches: [String]?
        package var holdsPersonal: Bool
        package var personalBranches: [String]?
        package var expiresAt: Timestamp?
        package var position: Int64
        package var completedAt: Timestamp
    }

    package var exportID: String
    package var ownerID: String
    package var branchID: String
    package var order: ExportOrder
    package var batchID: String?
    package var scheduleID: String?
    package var notBefore: Timestamp?
    package var requestedPosition: Int64
    package var requestedAt: Timestamp
    package var requestedBy: String
    package var state: State
    package var stateAt: Timestamp
    package var attempt: Int64
    /// How many attempts ended because their server was shut down: they do not count.
    var interruptions: Int64
    /// The roles that alone count for it; nil where all of its owner's do.
    var roles: [String]?
    /// How many conditions on personal columns it was asked for with.
    var personalFilterCount: Int64
    /// How many events of the log it takes in.
    package var size: Int64?
    package var rows: Int64?
    package var total: Int64?
    package var retryAt: Timestamp?
    package var cause: String?
    package var failure: String?
    /// Why it was called off, in somebody's words.
    package var cancelReason: String?
    package var file: File?
    package var downloads: Int64
    package var downloadedAt: Timestamp?
    package var deletedAt: Timestamp?
    package var deletedCause: String?

    /// Whether it is still to be made.
    package var isOpen: Bool { [.queued, .running, .waiting].contains(state) && deletedAt == nil }

    /// As others than its owner may see it.
    var withoutPersonal: ExportRecord {
        var record = self
        record.order = order.withoutPersonal
        record.cancelReason = nil
        return record
    }

    /// The name under which its file is handed out.
    package var fileName: String { "\(order.fileName ?? order.report).\(order.format.rawValue)" }

    /// The name that its file has where it is kept.
    var storedName: String { Self.storedName(exportID, attempt, order.format) }

    static func storedName(_ exportID: String, _ attempt: Int64, _ format: ExportFormat) -> String {
        "\(exportID)-\(attempt).\(format.rawValue)"
    }

    /// How much of it is written, in percent; nil where that is not known.
    package var percent: Int64? { Self.percent(state, rows, of: total) }

    static func percent(_ state: State, _ rows: Int64?, of total: Int64?) -> Int64? {
        if state == .completed { return 100 }
        guard state == .running, let rows, let total else { return nil }
        return total == 0 ? 99 : min(99, rows * 100 / total)
    }

    init(_ row: PostgresRow) throws {
        exportID = try row.decode("export_id", as: String.self)
        ownerID = try row.decode("owner_id", as: String.self)
        branchID = try row.decode("branch_id", as: String.self)
        order = try ExportOrder(row)
        if let size = try row.decode("as_of_size", as: Int64?.self) { order.moment = .size(size) }
        batchID = try row.decode("batch_id", as: String?.self)
        scheduleID = try row.decode("schedule_id", as: String?.self)
        notBefore = try row.decode("not_before", as: Timestamp?.self)
        requestedPosition = try row.decode("requested_position", as: Int64.self)
        requestedAt = try row.decode("requested_at", as: Timestamp.self)
        requestedBy = try row.decode("requested_by", as: String.self)
        state = State(rawValue: try row.decode("state", as: String.self)) ?? .failed
        stateAt = try row.decode("state_at", as: Timestamp.self)
        attempt = try row.decode("attempt", as: Int64.self)
        interruptions = try row.decode("interruptions", as: Int64.self)
        roles = try row.decode("roles", as: [String]?.self)
        personalFilterCount = try row.decode("personal_filter_count", as: Int64.self)
        size = try row.decode("size", as: Int64?.self)
        rows = try row.decode("rows", as: Int64?.self)
        total = try row.decode("total", as: Int64?.self)
        retryAt = try row.decode("retry_at", as: Timestamp?.self)
        cause = try row.decode("cause", as: String?.self)
        failure = try row.decode("failure", as: String?.self)
        cancelReason = try row.decode("cancel_reason", as: String?.self)
        file = try row.decode("sha256", as: String?.self).map { try File(row, sha256: $0) }
        downloads = try row.decode("downloads", as: Int64.self)
        downloadedAt = try row.decode("downloaded_at", as: Timestamp?.self)
        deletedAt = try row.decode("deleted_at", as: Timestamp?.self)
        deletedCause = try row.decode("deleted_cause", as: String?.self)
    }
}

extension ExportRecord.File {
    fileprivate init(_ row: PostgresRow, sha256: String) throws {
        self.sha256 = sha256
        bytes = try row.decode("bytes", as: Int64.self)
        pages = try row.decode("pages", as: Int64?.self)
        rootHash = try row.decode("root_hash", as: String.self)
        parametersSHA256 = try row.decode("parameters_sha256", as: String.self)
        milliseconds = try row.decode("milliseconds", as: Int64.self)
        permissions = try row.decode("permissions", as: [String].self)
        branches = try row.decode("branches", as: [String]?.self)
        holdsPersonal = try row.decode("holds_personal", as: Bool.self)
        personalBranches = try row.decode("personal_branches", as: [String]?.self)
        expiresAt = try row.decode("expires_at", as: Timestamp?.self)
        position = try row.decode("completed_position", as: Int64.self)
        completedAt = try row.decode("completed_at", as: Timestamp.self)
    }
}
