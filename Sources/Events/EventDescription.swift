/// A type of event as its schema describes it.
package struct EventDescription: Sendable, Hashable {
    /// The type's name.
    package let type: EventType
    /// The newest version of its schema; events of earlier versions remain readable.
    package let version: Int
    /// What happened, as a headline.
    package let title: String
    /// What that means, in a sentence or two.
    package let summary: String
    /// The permission that reading such events takes.
    package let permission: String
    /// The typed view over such events, in schema `log`.
    package let view: String
    /// The fields, in the order of the view's columns.
    package let fields: [EventField]

    /// The field that names the person the event is about.
    package var subject: EventField? { fields.first(where: \.isSubject) }
    /// The fields that can be erased.
    package var personal: [EventField] { fields.filter(\.isPersonal) }
}

/// A field of an event.
package struct EventField: Sendable, Hashable {
    /// What a field holds.
    package enum Kind: String, Sendable, Hashable {
        case string
        case integer
        case boolean
        case timestamp
        case day
        case strings
        case json
    }

    /// The member's name.
    package let name: String
    /// What it holds.
    package let kind: Kind
    /// The column in the typed view.
    package let column: String
    /// The version of the schema that brought it.
    package let since: Int
    /// Whether every event of that version on has it.
    package let isRequired: Bool
    /// Whether it is kept apart, so that it can be erased.
    package let isPersonal: Bool
    /// Whether it names the person the event is about.
    package let isSubject: Bool

    init(
        _ name: String,
        _ kind: Kind,
        column: String,
        since: Int = 1,
        isRequired: Bool = false,
        isPersonal: Bool = false,
        isSubject: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.column = column
        self.since = since
        self.isRequired = isRequired
        self.isPersonal = isPersonal
        self.isSubject = isSubject
    }

    /// Where it is found in an event: `/data/userId`, `/personal/name`.
    package var pointer: String { (isPersonal ? "/personal/" : "/data/") + name }
}
