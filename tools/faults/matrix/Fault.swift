import ArgumentParser

/// What goes wrong in a round.
enum Fault: String, CaseIterable, ExpressibleByArgument {
    /// One of two writers is killed.
    case writer
    /// PostgreSQL's main process is killed; its sessions end when they notice.
    case postgres
    /// Both are killed, in either order.
    case both
    /// PostgreSQL hangs for a while.
    case freeze

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
