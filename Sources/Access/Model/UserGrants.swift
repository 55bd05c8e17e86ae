import Time

/// One assignment of a role to a user.
struct Grant: Sendable, Hashable {
    /// Index of the role.
    var role: Int32
    /// Index of the branch that the assignment holds in.
    var branch: Int32
    /// The moment from which it counts no more; ``Timestamp/latest`` when it has no end.
    var until: Timestamp

    /// Expiry is decided by the clock at each check, never by an event having been written.
    @inline(__always)
    func counts(at now: Timestamp) -> Bool { now < until }
}

/// What a user was assigned and not removed from.
struct UserGrants: Sendable, Hashable {
    /// The newest version seen of the user's stream.
    var version: Int64
    /// Expired assignments included, until they are removed.
    var grants: [Grant] = []

    func index(role: Int32, branch: Int32) -> Int? {
        grants.firstIndex { $0.role == role && $0.branch == branch }
    }

    /// Adds an assignment in place of an earlier one of the same role in the same branch.
    mutating func put(_ grant: Grant) {
        if let known = index(role: grant.role, branch: grant.branch) {
            grants[known] = grant
        } else {
            grants.append(grant)
        }
    }
}
