import JSON
import RateLimiting

/// A limit to set.
struct LimitToSet: JSONReadable {
    private static let parts = 1...4

    let routeClass: RouteClass?
    let partition: Partition
    let quota: Int64
    let windowSeconds: Int64
    let burst: Int64
    let reason: String?

    static let schema = Schema.object(
        .optional(
            "routeClass",
            .oneOf(classes).described("For which routes; left out for all of read, write and audit")
        ),
        .optional(
            "partition",
            .array(of: .oneOf(Partition.names.map(\.name)), count: parts)
                .described("By what requests are told apart; may be left out for limits that there are by default")
        ),
        .required("quota", .integer(RateLimitPolicy.quotas).described("How many requests in a window")),
        .required("windowSeconds", .integer(RateLimitPolicy.windows)),
        .optional(
            "burst",
            .integer(RateLimitPolicy.quotas).described("How many of them at once; the quota if left out")
        ),
        .optional("reason", .string(StringRule(1...2_000, .text)))
    )

    private static let classes = RouteClass.allCases.filter { $0 != .probe && $0 != .monitoring }.map(\.rawValue)

    init(reading reader: inout JSONReader) {
        routeClass = reader.choiceIfPresent("routeClass")
        let names = reader.stringsIfPresent("partition", each: StringRule(1...20), count: Self.parts, unique: true)
        if let names, Partition(names: names) == nil {
            reader.refuse("partition", "Each is one of \(Partition.names.map(\.name).joined(separator: ", ")).")
        }
        partition = names.flatMap { Partition(names: $0) } ?? []
        // What would lock everybody out is refused by the service, with the reason.
        let numbers = -JSONReader.safeIntegers.upperBound...JSONReader.safeIntegers.upperBound
        quota = reader.integer("quota", in: numbers)
        windowSeconds = reader.integer("windowSeconds", in: numbers)
        burst = reader.integerIfPresent("burst", in: numbers) ?? quota
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
    }

    /// The policy under a name: what a default has of class and partition need not be said again.
    func policy(_ name: String) -> RateLimitPolicy {
        let builtIn = RateLimitPolicy.builtIn(name)
        return RateLimitPolicy(
            name,
            for: routeClass ?? builtIn?.routeClass,
            by: partition.isEmpty ? builtIn?.partition ?? [] : partition,
            quota: quota,
            windowSeconds: windowSeconds,
            burst: burst
        )
    }
}

/// Why a limit is removed.
struct LimitRemoval: JSONReadable {
    let reason: String?

    static let schema = Schema.object(.optional("reason", .string(StringRule(1...2_000, .text))))

    init(reading reader: inout JSONReader) {
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
    }
}

extension ValueFormat where Value == String {
    /// The name of a limit: as it stands in header fields.
    static let limitName = ValueFormat(.string(limitNameRule)) { text throws(ValueFormatError) in
        let allowed = text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard allowed, (1...50).contains(text.utf8.count) else {
            throw ValueFormatError("is to be 1 to 50 lower-case letters, digits and hyphens.")
        }
        return text
    }

    private static let limitNameRule = StringRule(1...50, AllowedCharacters("a-z0-9-"))
}
