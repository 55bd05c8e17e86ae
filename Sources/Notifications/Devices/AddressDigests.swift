import EventStore
import Events
import OpenSSL

/// By which the server knows the address of a device again, without keeping it: HMAC-SHA-256 under a secret of the signing
/// key, which tells nobody else anything.
struct AddressDigests: Sendable {
    private let keys: KeyStore

    init(keys: KeyStore) {
        self.keys = keys
    }

    /// The digests of an address: that which is kept from now on first, then those that were kept before a rotation of the
    /// key. Of a browser it is the push service's address for it: its keys may be written this way or that.
    func callAsFunction(of address: String, _ kind: Notifications.DeviceRegistered.Kind) throws -> [String] {
        try self(at: kind == .web ? try PushSubscription(parsing: address).endpoint : address, kind)
    }

    /// The digests of where a device is reached, which of a browser is not all of its address.
    func callAsFunction(at place: String, _ kind: Notifications.DeviceRegistered.Kind) throws -> [String] {
        let secrets = try keys.secrets(for: "device-address-digests")
        let message = Array("\(kind.rawValue)\n\(place)".utf8)
        return ([secrets.current] + secrets.others).map { HMAC.sha256(key: $0, message: message).hex }
    }
}
