import EventStore
package import Events
package import Time

/// Makes a person or a service known.
package struct RegisterUser: AccessCommand {
    /// The new user's id.
    package var userID: String
    /// Person or service.
    package var kind: Identity.UserRegistered.Kind
    /// What the user is called.
    package var name: String?
    /// Where the user can be written to.
    package var email: String?

    /// A user to register.
    package init(userID: String, kind: Identity.UserRegistered.Kind, name: String? = nil, email: String? = nil) {
        self.userID = userID
        self.kind = kind
        self.name = name
        self.email = email
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.registerUsers, of: actor, in: .institution, at: now)
        try AccessText.requireID(userID, at: "/userId")
        if let name { try AccessText.requireName(name, at: "/name") }
        if let email { try AccessText.requireAddress(email, at: "/email") }
        guard !AccessActor.isReserved(userID) else {
            throw AccessRefusal(.invalid(pointer: "/userId"), "\(userID) is a name that Daybook keeps for itself.")
        }
        guard !model.identity.isRegistered(userID) else {
            throw AccessRefusal(.duplicateName, "The user \(userID) is registered already.")
        }
        let registered = Identity.UserRegistered(userID: userID, kind: kind, name: name, email: email)
        return AccessPlan([
            .init(
                stream: AccessStream.user(userID),
                expected: model.expectedUserVersion(userID),
                branch: nil,
                events: [.userRegistered(registered)]
            )
        ])
    }
}
