import Exports
import HTTPAPI
import JSON
import Time

/// An export as templates have it.
struct ExportLine {
    let values: [String: Any]

    init(_ record: ExportRecord, reader: String, at now: Timestamp) {
        let isExpired = record.file?.expiresAt.map { $0 <= now } ?? false
        let isReady = record.state == .completed && record.deletedAt == nil && !isExpired
        var values: [String: Any] = [
            "id": record.exportID, "path": ConsolePaths.export(record.exportID), "report": Self.title(of: record),
            "format": record.order.format.rawValue.uppercased(), "fileName": record.fileName,
            "fileArgument": ShellText.argument(record.fileName),
            "owner": record.ownerID, "isOwn": record.ownerID == reader, "branch": record.order.branchID ?? "all",
            "requested": Figure.moment(record.requestedAt), "requestedTime": record.requestedAt.rfc3339,
            "requestedPath": ConsolePaths.event(record.requestedPosition),
            "state": record.deletedAt != nil ? "removed" : isExpired ? "past its time" : record.state.rawValue,
            "stateClass": Self.classes[record.state] ?? "",
            "isOpen": record.isOpen, "isReady": isReady, "isRemoved": record.deletedAt != nil,
            "hasProgress": record.state == .running,
            "download": ConsolePaths.export(record.exportID) + "/file",
            "downloads": Figure.grouped(record.downloads),
        ]
        values["percent"] = record.percent.map { String($0) as Any } ?? false
        values["rows"] = record.rows.map { Figure.grouped($0) as Any } ?? false
        values["total"] = record.total.map { Figure.grouped($0) as Any } ?? false
        values["bytes"] = record.file.map { Figure.bytes($0.bytes) as Any } ?? false
        values["reason"] = (record.failure ?? record.cancelReason ?? record.cause).map { $0 as Any } ?? false
        values["position"] = record.size.map { Figure.grouped($0 - 1) as Any } ?? false
        values["retryAt"] = record.state == .waiting ? record.retryAt.map { Figure.moment($0) as Any } ?? false : false
        self.values = values
    }

    private static let classes: [ExportRecord.State: String] = [
        .completed: "healthy", .failed: "failing", .waiting: "warning",
    ]

    private static func title(of record: ExportRecord) -> String {
        ExportReport.all.first { $0.name == record.order.report }?.title ?? record.order.report
    }

    /// What is known of the file, and what was asked for.
    static func facts(_ record: ExportRecord) -> [String: Any] {
        var values: [String: Any] = ["wishes": wishes(record.order)]
        guard let file = record.file else { return values }
        values["file"] = [
            "sha256": file.sha256, "rootHash": file.rootHash, "bytes": Figure.grouped(file.bytes),
            "pages": file.pages.map { Figure.grouped($0) as Any } ?? false,
            "completed": Figure.moment(file.completedAt), "completedPosition": Figure.grouped(file.position),
            "completedPath": ConsolePaths.event(file.position),
            "duration": "\(Figure.grouped(file.milliseconds)) ms",
            "expires": file.expiresAt.map { Figure.moment($0) as Any } ?? false,
            "holdsPersonal": file.holdsPersonal, "permissions": file.permissions.joined(separator: ", "),
            "branches": file.branches.map { $0.joined(separator: ", ") as Any } ?? false,
        ]
        return values
    }

    /// What was asked for, in pairs.
    private static func wishes(_ order: ExportOrder) -> [[String: String]] {
        var pairs: [(String, String)] = []
        if let columns = order.columns { pairs.append(("Columns", columns.joined(separator: ", "))) }
        for filter in order.filters {
            let relation = ["equal": "=", "from": "≥", "to": "≤"][filter.relation.rawValue] ?? filter.relation.rawValue
            pairs.append(("Condition", "\(filter.column) \(relation) \(filter.value)"))
        }
        if let words = order.words { pairs.append(("Words", words)) }
        if let from = order.from { pairs.append(("From", "\(from)")) }
        if let to = order.to { pairs.append(("Until", "\(to)")) }
        if let sort = order.sort { pairs.append(("Order", sort.joined(separator: ", "))) }
        pairs.append(("Language", order.locale))
        pairs.append(("Time zone", order.zone))
        if !order.recipients.isEmpty { pairs.append(("Sent to", order.recipients.joined(separator: ", "))) }
        return pairs.map { ["name": $0.0, "value": $0.1] }
    }
}
