/// The name of a kind of event, `area.event`: `rbac.role-assigned`.
///
/// Any text can be a name; whether it names a type that this build knows is for ``EventCatalogue`` to say.
package struct EventType: Sendable, Hashable, RawRepresentable {
    /// The name as it stands in the log.
    package let rawValue: String

    /// The type of that name.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The type of that name.
    package init(_ name: String) {
        rawValue = name
    }
}

extension EventType: Comparable {
    package static func < (left: EventType, right: EventType) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension EventType: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) {
        rawValue = name
    }
}

extension EventType: CustomStringConvertible {
    package var description: String { rawValue }
}
