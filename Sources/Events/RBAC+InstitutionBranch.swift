extension RBAC {
    /// The branch of what belongs to the institution as a whole: a role given here holds in every branch.
    package static let institutionBranch = "institution"
}
