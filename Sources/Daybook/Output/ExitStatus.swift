/// What the process tells its caller. Scripts depend on these numbers; they never change their meaning.
enum ExitStatus: Int32, Sendable, CaseIterable {
    case success = 0
    /// Something went wrong that none of the others names.
    case failure = 1
    /// The command was not understood, or its configuration is wrong.
    case usage = 2
    /// A check was carried out and did not hold: the log was tampered with, a proof is false, tables differ.
    case findings = 3
    /// Daybook understood and refused: not allowed, not possible in this state.
    case refused = 4
    /// The database or the server cannot be reached; trying again later may help.
    case unavailable = 5
    /// A check could not be carried out to its end: what was checked holds, and the rest may or may not.
    case unknown = 6

    var meaning: String {
        switch self {
        case .success: "success"
        case .failure: "failure"
        case .usage: "the command or its configuration is wrong"
        case .findings: "a check did not hold"
        case .refused: "refused"
        case .unavailable: "the database or the server cannot be reached"
        case .unknown: "a check could not be carried out to its end"
        }
    }
}
