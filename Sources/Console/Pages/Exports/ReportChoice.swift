import Exports

/// A report, or a table of a read model, that somebody can have made into a file.
struct ReportChoice {
    let name: String
    let title: String
    let summary: String

    /// All that somebody has the rights for.
    static func all(_ rights: ExportRights) -> [ReportChoice] {
        let reports = ExportReport.all.filter { report in
            let held = ([report.permission] + report.furtherPermissions).map { rights.branches($0) }
            if case .ofInstitution = report.rows { return held.allSatisfy { $0 == nil } }
            return held.allSatisfy { $0?.isEmpty != true }
        }
        let tables = ExportService.tables.filter { rights.branches($0.permission)?.isEmpty != true }
        return reports.map { ReportChoice(name: $0.name, title: $0.title, summary: $0.summary) }
            + tables.map { ReportChoice(name: $0.name, title: "Table \($0.name)", summary: "") }
    }

    /// As templates have it.
    func values(chosen: String?) -> [String: Any] {
        ["name": name, "title": title, "summary": summary, "isChosen": name == chosen]
    }
}
