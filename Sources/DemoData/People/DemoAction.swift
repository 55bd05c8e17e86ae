import Access

/// One thing that somebody at the demo's school does, as an ordinary command.
struct DemoAction: Sendable {
    enum Step: Sendable {
        case createPermission(CreatePermission)
        case defineRole(DefineRole)
        case updateRole(UpdateRole)
        case deleteRole(DeleteRole)
        case assignPermission(AssignPermission)
        case revokePermission(RevokePermission)
        case register(RegisterUser)
        case assign(AssignRole)
        case remove(RemoveRole)
        /// Personal text about the user is erased.
        case erase(userID: String, reason: String)
    }

    /// The user who does it.
    var actor: String
    var step: Step

    /// The user whom it is about. What is about different users may happen at once; what is about none, or about the
    /// log, happens alone.
    var lane: String? {
        switch step {
        case .register(let command): command.userID
        case .assign(let command): command.userID
        case .remove(let command): command.userID
        default: nil
        }
    }
}

/// What happens in a week: all of it before the next week begins.
struct DemoWeek: Sendable {
    /// The actions in the order of the plan, each with its number in the whole plan.
    var actions: [(number: Int, action: DemoAction)]
}
