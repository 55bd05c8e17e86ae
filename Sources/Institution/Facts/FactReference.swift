import Events
import JSON

/// A field by which a fact names another thing, which has to be there.
package struct FactReference: Sendable {
    /// Where the id is: a field, or `field/*` for texts and `field/*/member` for objects in an array.
    let path: String
    /// What is named.
    let thing: Thing
    /// Only where this field says this.
    let condition: (field: String, value: String)?
    /// Whether it must not be over.
    let mustBeActive: Bool

    init(
        _ path: String,
        _ thing: Thing,
        where condition: (field: String, value: String)? = nil,
        mustBeActive: Bool = false
    ) {
        self.path = path
        self.thing = thing
        self.condition = condition
        self.mustBeActive = mustBeActive
    }

    /// One thing that is named.
    struct Mention: Sendable, Hashable {
        var thing: Thing
        var id: String
        /// Where, within the fact's data.
        var pointer: String
        var mustBeActive: Bool

        var stream: String { thing.stream([id]) }
    }

    /// The things that a fact of these data names.
    func mentions(in data: JSONObject) -> [Mention] {
        if let condition, data[condition.field]?.string != condition.value { return [] }
        let parts = path.split(separator: "/").map(String.init)
        guard let value = data[parts[0]] else { return [] }
        if parts.count == 1 { return mention(value, "/data/\(parts[0])").map { [$0] } ?? [] }
        return (value.array ?? []).enumerated().compactMap { index, element in
            let pointer = "/data/\(parts[0])/\(index)"
            return parts.count == 2 ? mention(element, pointer) : mention(element[parts[2]], pointer + "/" + parts[2])
        }
    }

    private func mention(_ value: JSONValue?, _ pointer: String) -> Mention? {
        guard let id = value?.string else { return nil }
        return Mention(thing: thing, id: id, pointer: pointer, mustBeActive: mustBeActive)
    }
}
