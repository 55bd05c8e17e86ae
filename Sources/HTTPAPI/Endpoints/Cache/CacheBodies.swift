import Caching
import JSON

/// What to clear.
struct CacheClearing: JSONReadable {
    let namespace: String?
    let pattern: String?
    let reason: String?

    static let schema = Schema.object(
        .optional("namespace", .string(StringRule(1...100, .line)).described("The namespace; all where left out")),
        .optional(
            "pattern",
            .string(StringRule(1...KeyPattern.maximumLength, .line)).described(
                "Only the keys of the namespace that fit, * standing for anything"
            )
        ),
        .optional("reason", .string(StringRule(1...2_000, .text)))
    )

    init(reading reader: inout JSONReader) {
        namespace = reader.stringIfPresent("namespace", StringRule(1...100, .line))
        pattern = reader.stringIfPresent("pattern", StringRule(1...KeyPattern.maximumLength, .line))
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
        if pattern != nil, namespace == nil { reader.refuse("pattern", "A pattern is of one namespace: name it.") }
        if let pattern, KeyPattern(pattern) == nil {
            reader.refuse(
                "pattern",
                "Printable ASCII characters, * standing for anything at \(KeyPattern.maximumStars) places at most."
            )
        }
    }
}

/// What to warm.
struct CacheWarming: JSONReadable {
    let namespaces: [String]?

    static let schema = Schema.object(
        .optional(
            "namespaces",
            .array(of: .string(StringRule(1...100, .line))).described("The namespaces; all that can be where left out")
        )
    )

    init(reading reader: inout JSONReader) {
        namespaces = reader.stringsIfPresent("namespaces", each: StringRule(1...100, .line), count: 1...50)
    }
}
