package import Events
package import Foundation
import JSON

/// An event that is to be recorded: encoded already.
package struct NewEvent: Sendable {
    /// UUIDv7; appending the same id again returns the first result.
    package let id: UUID
    /// Whether the id was given by the caller, and so may be in the log already.
    let mayRepeat: Bool
    /// The event's type.
    package let type: EventType
    /// The version of its schema.
    package let schemaVersion: Int
    /// The branch that it belongs to.
    package let branch: String?
    /// The facts, as exact JSON text.
    package let data: [UInt8]
    /// The words about people, as exact JSON text.
    package let personal: [UInt8]?
    /// What the schema says against it; such an event is refused.
    let problem: String?

    /// Encodes a payload. Pass `id` to make the append repeatable.
    package init(_ payload: some EventPayload, branch: String? = nil, id: UUID? = nil) {
        var data = JSONWriter()
        payload.writeData(into: &data)
        var personal = JSONWriter()
        let hasPersonal = payload.writePersonal(into: &personal)
        do {
            try payload.validate()
            problem = nil
        } catch {
            problem = "\(error)"
        }
        self.id = id ?? UUIDv7.generate()
        self.mayRepeat = id != nil
        self.type = Swift.type(of: payload).type
        self.schemaVersion = Swift.type(of: payload).schemaVersion
        self.data = data.bytes
        self.personal = hasPersonal ? personal.bytes : nil
        self.branch = branch ?? payload.branch
    }

    /// Takes documents that are encoded already. They must be valid for the type: `EventCatalogue.validate`.
    package init(
        type: EventType,
        schemaVersion: Int,
        data: [UInt8],
        personal: [UInt8]?,
        branch: String? = nil,
        id: UUID? = nil
    ) {
        problem = nil
        self.id = id ?? UUIDv7.generate()
        self.mayRepeat = id != nil
        self.type = type
        self.schemaVersion = schemaVersion
        self.branch = branch
        self.data = data
        self.personal = personal
    }
}
