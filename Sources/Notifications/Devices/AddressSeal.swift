import EventStore
import OpenSSL

/// Seals the addresses of devices, so that neither the log nor a copy of the database can be used to push to them.
///
/// AES-256-GCM under a secret of the signing key, with the device's id as context: an address cannot be moved to another
/// device. What was sealed before a rotation of the key is opened with the others that are there.
struct AddressSeal: Sendable {
    private static let format = "1."
    private let keys: KeyStore

    init(keys: KeyStore) {
        self.keys = keys
    }

    func close(_ address: String, for device: String) throws -> String {
        let cipher = try AES256GCM(key: try keys.secret(for: "device-addresses"))
        return Self.format + Base64.encode(try cipher.seal(Array(address.utf8), context: Array(device.utf8)), .urlSafe)
    }

    /// The address; nil where it was erased, or sealed by another.
    func open(_ text: String?, for device: String) -> String? {
        guard let text, text.hasPrefix(Self.format), let sealed = Base64.decode(text.dropFirst(2), .urlSafe),
            let secrets = try? keys.secrets(for: "device-addresses")
        else { return nil }
        for key in [secrets.current] + secrets.others {
            if let bytes = try? AES256GCM(key: key).open(sealed, context: Array(device.utf8)) {
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }
}
