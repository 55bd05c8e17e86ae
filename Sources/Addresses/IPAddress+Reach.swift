extension IPAddress {
    /// Whether it is one that anybody on the internet may have: none of this machine, of a private network, of a link,
    /// of a group, or kept for another purpose (IANA's special-purpose registries; RFC 6890).
    ///
    /// What carries an address of IPv4 within it is judged by that one where it leads there (NAT64's own prefix), and
    /// counts as private otherwise (6to4, Teredo, the deprecated compatible form).
    package var isPublic: Bool {
        if isV4 { return !Self.specialV4.contains { $0.contains(self) } }
        if Self.translated.contains(where: { $0.contains(self) }) {
            return IPAddress(v4: UInt32(truncatingIfNeeded: low)).isPublic
        }
        return Self.globalUnicast.contains { $0.contains(self) } && !Self.specialV6.contains { $0.contains(self) }
    }

    private static let specialV4 = networks(
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4"
    )

    /// NAT64's well-known prefix (RFC 6052).
    private static let translated = networks("64:ff9b::/96")

    /// All that is handed out to networks on the internet (RFC 4291, section 2.4).
    private static let globalUnicast = networks("2000::/3")

    private static let specialV6 = networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    private static func networks(_ texts: String...) -> [IPNetwork] {
        let networks = texts.compactMap { IPNetwork($0) }
        precondition(networks.count == texts.count, "a network in the table is misspelled")
        return networks
    }
}
