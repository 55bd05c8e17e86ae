package import Addresses

/// Whose cell it is: a policy, and what the request has of the policy's partition.
package struct CellKey: Sendable, Hashable {
    /// What is counted in a cell, beside requests of one key.
    package enum Kind: UInt8, Sendable, Hashable {
        /// Requests of the key.
        case own
        /// Those of all keys of the policy for which a replica has no room.
        case overflow
        /// Failed sign-ins that one replica saw, where it counts together with others.
        case seenHere
    }

    /// What is counted.
    package var kind = Kind.own
    /// The policy's name.
    package var policy: String
    /// Its rate: what was counted at another rate says nothing at this one, so that a limit that is mended is mended for
    /// everybody at once.
    package var rate: GCRA
    /// Who is signed in.
    package var actor: String?
    /// The address; of IPv6 its subnet.
    package var address: IPAddress?
    /// Whom a token claims to be of.
    package var subject: String?
    /// The class of the route.
    package var routeClass: RouteClass?

    /// The key of a policy's cell for a request. An address that is not known is one of its own.
    package init(
        _ policy: RateLimitPolicy,
        _ routeClass: RouteClass,
        actor: String? = nil,
        address: IPAddress? = nil,
        subject: String? = nil
    ) {
        self.policy = policy.name
        rate = policy.rate
        let partition = policy.partition
        if partition.contains(.actor) { self.actor = actor }
        if partition.contains(.address) { self.address = address?.site }
        if partition.contains(.subject) { self.subject = subject }
        if partition.contains(.routeClass) { self.routeClass = routeClass }
    }

    /// The cell that is counted in where there is no room for another.
    var overflow: CellKey {
        var key = self
        key.kind = .overflow
        (key.actor, key.address, key.subject, key.routeClass) = (nil, nil, nil, nil)
        return key
    }

    /// The cell of what this replica alone has seen.
    var seenHere: CellKey {
        var key = self
        key.kind = .seenHere
        return key
    }

    /// The key as bytes, in which no two keys are alike.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = [kind.rawValue]
        func add(_ part: String?) {
            guard let part else {
                bytes.append(0)
                return
            }
            bytes.append(1)
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: part.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        add(policy)
        for number in [rate.interval, rate.burst] {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        add(actor)
        add(subject)
        add(routeClass?.rawValue)
        if let address {
            withUnsafeBytes(of: (address.high.bigEndian, address.low.bigEndian)) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
