package import Events
package import JSON

extension FactType {
    /// The only branches whose things a recorded fact of a type can change; nil where that is not sure.
    ///
    /// A fact says something of a thing of its own branch, and what it names is in that branch, too. But a thing that is
    /// over may begin again in another branch, and is then no more in the one where it was.
    package static func branches(changedBy type: EventType, _ data: JSONObject) -> [String]? {
        guard let fact = named(type), !(fact.begins && fact.from.contains(.ended)),
            let branch = data["branchId"]?.string, let former = data[fact.branchField]?.string
        else { return nil }
        return [branch, former]
    }

    /// What a recorded fact of a type is about: the kind of thing, and its stream; nil for what is no fact.
    package static func thing(of type: EventType, _ data: JSONObject) -> (kind: Thing, stream: String)? {
        named(type).map { ($0.thing, $0.stream(of: data)) }
    }
}
