package import EventStore
package import Events
package import Time

/// Something that somebody asks to have changed.
///
/// Deciding is pure: the state and the command go in, events or a refusal come out, and whoever calls records the events
/// under the conditions of the plan.
package protocol AccessCommand: Sendable {
    /// Decides on a state that is current at `now`.
    func decide(on model: AccessModel, by actor: AccessActor, at now: Timestamp) throws(AccessRefusal) -> AccessPlan

    /// The permission that it takes in the branch of the thing, which nobody but the command knows; nil where it was asked
    /// for before.
    var permission: BuiltInPermission? { get }
}

extension AccessCommand {
    package var permission: BuiltInPermission? { nil }
}

/// What a command that is allowed becomes.
package struct AccessPlan: Sendable {
    /// Events for one stream.
    package struct Append: Sendable {
        /// The stream's name.
        package var stream: String
        /// The version that the decision saw.
        package var expected: ExpectedVersion
        /// The branch that the events belong to.
        package var branch: String?
        /// What happened, in order.
        package var events: [AccessEvent]

        /// Events for one stream.
        package init(stream: String, expected: ExpectedVersion, branch: String?, events: [AccessEvent]) {
            self.stream = stream
            self.expected = expected
            self.branch = branch
            self.events = events
        }
    }

    /// The events by stream. None when everything is already as asked.
    package var appends: [Append]
    /// The types of which no further event may have been recorded since the state that was decided on.
    package var restsOn: Set<EventType>

    /// A plan. Every decision rests on what roles are and grant.
    package init(_ appends: [Append], restsOn further: Set<EventType> = []) {
        self.appends = appends.filter { !$0.events.isEmpty }
        self.restsOn = AccessEvent.structuralTypes.union(further)
    }

    /// All events in order.
    package var events: [AccessEvent] { appends.flatMap(\.events) }
}
