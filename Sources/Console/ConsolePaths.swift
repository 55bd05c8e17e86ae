/// Where the pages are.
enum ConsolePaths {
    static let signIn = "/console/sign-in"
    static let signOut = "/console/sign-out"
    static let history = "/console/history"
    static let overview = "/console/overview"
    static let system = "/console/system"

    /// The page of one event.
    static func event(_ position: Int64) -> String { "\(history)/\(position)" }
}
