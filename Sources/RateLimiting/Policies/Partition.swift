/// By what requests are told apart: those that are alike in all of it share a quota.
package struct Partition: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Who is signed in.
    package static let actor = Partition(rawValue: 1)
    /// The client's address; of IPv6 its 64-bit subnet.
    package static let address = Partition(rawValue: 2)
    /// Whom a token that was refused claims to be of.
    package static let subject = Partition(rawValue: 4)
    /// The class of the route.
    package static let routeClass = Partition(rawValue: 8)

    /// The parts by the names that events and the API give them.
    package static let names: [(name: String, part: Partition)] = [
        ("actor", .actor), ("address", .address), ("subject", .subject), ("route-class", .routeClass),
    ]

    /// The parts by name, in the order of ``names``; nil if one is unknown.
    package init?(names: some Sequence<String>) {
        self = []
        for name in names {
            guard let known = Self.names.first(where: { $0.name == name }) else { return nil }
            insert(known.part)
        }
    }

    /// The names of its parts.
    package var names: [String] { Self.names.filter { contains($0.part) }.map(\.name) }
}
