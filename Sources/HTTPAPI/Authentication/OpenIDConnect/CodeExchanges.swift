import Addresses

/// Which codes are being exchanged; the provider may take its time over each, and nobody takes all the places.
struct CodeExchanges: Sendable {
    /// How many at a time.
    static let most = 32
    /// How many at a time for one address.
    static let mostOfOne = 4

    private var counts: [IPAddress?: Int] = [:]
    private var count = 0

    /// Takes a place, if there is one for the address.
    mutating func begin(from address: IPAddress?) -> Bool {
        let key = address?.site
        guard count < Self.most, counts[key, default: 0] < Self.mostOfOne else { return false }
        counts[key, default: 0] += 1
        count += 1
        return true
    }

    /// Gives a place back that was taken.
    mutating func end(from address: IPAddress?) {
        let key = address?.site
        count -= 1
        let left = counts[key, default: 0] - 1
        counts[key] = left > 0 ? .some(left) : nil
    }
}
