import HTTPAPI

/// Where the pages are.
enum ConsolePaths {
    static let signIn = "/console/sign-in"
    static let signOut = "/console/sign-out"
    static let history = "/console/history"
    static let overview = "/console/overview"
    static let system = "/console/system"
    static let compare = "/console/compare"
    static let access = "/console/access"

    /// The page of one person's access.
    static func person(_ id: String) -> String { "\(access)/people/\(PercentCoding.encode(id))" }

    /// The page of one event.
    static func event(_ position: Int64) -> String { "\(history)/\(position)" }
}
