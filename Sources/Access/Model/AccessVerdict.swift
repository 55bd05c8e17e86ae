/// The answer to "may this user do that?".
package enum AccessVerdict: Int, Sendable, Hashable, CaseIterable, Comparable {
    // In the order of what it would take to be allowed: of several reasons the last is told.

    /// There is no such permission, and none whose name covers it, so nobody has it.
    case unknownPermission
    /// None of the user's roles, in this branch or in the institution as a whole, grants it.
    case notGranted
    /// A role would grant it, but its assignment has expired.
    case expired
    /// A role will grant it, but its assignment has not begun.
    case notStarted
    /// A role would grant it, but is not active in the session.
    case inactive
    /// A role would grant it, but does not count beside others that are to be kept separate: it takes a session.
    case separated
    /// A role denies it, whatever else grants it.
    case denied
    /// Allowed.
    case allowed

    /// Whether the user may.
    package var isAllowed: Bool { self == .allowed }

    /// By what it would take.
    package static func < (left: AccessVerdict, right: AccessVerdict) -> Bool { left.rawValue < right.rawValue }

    /// The verdict in a word, as it is recorded.
    package var reason: String {
        switch self {
        case .allowed: "granted"
        case .unknownPermission: "unknown-permission"
        case .notGranted: "not-granted"
        case .expired: "expired"
        case .notStarted: "not-started"
        case .inactive: "inactive"
        case .separated: "separated"
        case .denied: "denied"
        }
    }
}

/// Where a permission has to hold.
package enum AccessScope: Sendable, Hashable {
    /// In the institution as a whole: an assignment in a single branch is not enough.
    case institution
    /// In this branch; an assignment in the institution as a whole holds there too.
    case branch(String)
    /// In some branch or other. For what belongs to no branch, and for turning strangers away early.
    case anywhere
}
