import Audit
import Events
import HTTPAPI

/// A line of the history as templates have it.
struct EventLine {
    /// The headlines of all types of events.
    private static let titles = Dictionary(
        EventCatalogue.all.map { ($0.type.rawValue, $0.title) },
        uniquingKeysWith: { first, _ in first }
    )

    /// What happened, in words; of a type that this program does not know its name.
    static func title(of type: String) -> String { titles[type] ?? type }

    let values: [String: Any]

    /// - Parameter question: whose list it stands in: what is in the line leads on to what has the same.
    init(_ entry: AuditEntry, _ question: HistoryQuestion? = nil) {
        let time = entry.createdAt.rfc3339
        var values: [String: Any] = [
            "position": String(entry.position),
            "path": ConsolePaths.event(entry.position),
            "title": Self.title(of: entry.type),
            "type": entry.type,
            "time": time,
            "clock": String(time.dropFirst(11).prefix(8)),
            "date": String(time.prefix(10)),
            "actor": entry.userID,
            "action": entry.action,
            "byActor": "\(ConsolePaths.history)?actor=\(PercentCoding.encode(entry.userID))",
            "resource": entry.resource,
        ]
        // Named also where there is none: else the line would be taken to have that of the page around it.
        for (name, value) in [("resourceId", entry.resourceID), ("branch", entry.branchID), ("subject", entry.subject)]
        {
            if let value { values[name] = value } else { values[name] = false }
        }
        if entry.status == "recorded" { values["status"] = false } else { values["status"] = entry.status }
        if let question {
            values["byActor"] = question.address(with: "actor", entry.userID)
            values["byThing"] = question.address(
                with: entry.resourceID == nil ? "resource" : "resourceId",
                entry.resourceID ?? entry.resource
            )
            if let branch = entry.branchID { values["byBranch"] = question.address(with: "branch", branch) }
        }
        self.values = values
    }
}
