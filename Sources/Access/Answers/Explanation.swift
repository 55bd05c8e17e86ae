package import Time

/// Why somebody may do something, or may not: the chain from the user to the permission, or what is missing.
package struct Explanation: Sendable, Hashable {
    /// One way from a user to a permission.
    package struct Chain: Sendable, Hashable {
        /// The role that the user was assigned.
        package var roleID: String
        /// Where.
        package var branchID: String
        /// From when on it counts; nil for from when it was assigned.
        package var startsAt: Timestamp?
        /// From when on it counts no more; nil for never.
        package var expiresAt: Timestamp?
        /// What this way comes to.
        package var verdict: AccessVerdict
        /// From the assigned role by its parents to the role that grants or denies, both included.
        package var lineage: [String]
        /// From the permission that the last role grants or denies of itself to the one that is asked for.
        package var permissions: [Step]
    }

    /// A permission in a chain.
    package struct Step: Sendable, Hashable {
        /// How it follows from the one before.
        package enum Reason: String, Sendable, Hashable {
            /// The role was given it, or denies it.
            case own
            /// Its name is within the other's, by resource or by the order of actions.
            case name
            /// It was added that the other implies it.
            case implication
        }

        /// The permission's name.
        package var permission: String
        /// How it follows from the one before.
        package var reason: Reason
    }

    /// A grant that would do.
    package struct Remedy: Sendable, Hashable {
        /// What would have to be done.
        package enum Deed: String, Sendable, Hashable {
            /// Assign this role.
            case assign
            /// Give this assignment a later end, or assign anew.
            case renew
            /// Wait for this assignment to begin.
            case wait
            /// Lift what this role denies, or remove it from the user.
            case lift
            /// Activate this role in a session.
            case activate
        }

        /// What would have to be done.
        package var deed: Deed
        /// With which role.
        package var roleID: String
        /// Where.
        package var branchID: String
        /// How many permissions the role grants in all: the first remedies give away the least.
        package var permissionCount: Int
    }

    /// The answer.
    package var verdict: AccessVerdict
    /// Every way by which the user has, or would have, the permission.
    package var grants: [Chain]
    /// Every way by which it is denied to the user.
    package var denials: [Chain]
    /// What would do, where it is not allowed; the least first.
    package var remedies: [Remedy]
}
