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
    static let preferences = "/console/inbox/preferences"

    /// The page of one event.
    static func event(_ position: Int64) -> String { "\(history)/\(position)" }
}
