import HTTPAPI

/// Where the pages are.
enum ConsolePaths {
    static let signIn = "/console/sign-in"
    static let signOut = "/console/sign-out"
    /// Leads to the first page that the reader may open.
    static let start = "/console"
    static let history = "/console/history"
    static let overview = "/console/overview"
    static let system = "/console/system"
    static let inbox = "/console/inbox"
    static let exports = "/console/exports"
    static let backups = "/console/backups"
    static let backupSchedules = "/console/backups/schedules"
    static let restore = "/console/backups/restore"
    static let preferences = "/console/inbox/preferences"

    /// The page of one export.
    static func export(_ id: String) -> String { "\(exports)/\(PercentCoding.encode(id))" }

    /// The page of one backup.
    static func backup(_ id: String) -> String { "\(backups)/\(PercentCoding.encode(id))" }
    static let compare = "/console/compare"
    static let access = "/console/access"

    /// The page of one person's access.
    static func person(_ id: String) -> String { "\(access)/people/\(PercentCoding.encode(id))" }

    /// What is done with a saved search.
    static func search(_ id: String) -> String { "\(history)/searches/\(PercentCoding.encode(id))" }

    /// An address with parameters, in that order.
    static func address(_ path: String, _ fields: [(name: String, value: String)]) -> String {
        let query = fields.map { "\($0.name)=\(PercentCoding.encode($0.value))" }
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    /// The page of one event.
    static func event(_ position: Int64) -> String { "\(history)/\(position)" }
}
