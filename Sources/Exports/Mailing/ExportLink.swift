import EventStore
import OpenSSL
import Time

/// A signed link to a file that is good for a while, whoever has it.
///
/// It lends the rights of whoever had it sent, as they are when it is used.
struct ExportLink: Sendable, Hashable {
    var exportID: String
    var mailingID: String
    /// Which of the recipients of the mailing has it.
    var number: Int64
    /// In seconds since 1970.
    var expiry: Int64

    /// The token: expiry, mailing, recipient and signature.
    func token(_ keys: KeyStore) throws -> String {
        "\(expiry).\(mailingID).\(number).\(Base64.encode(mac(try keys.secret(for: Self.purpose)), .urlSafe))"
    }

    /// Reads a token of an export; nil for anything that was not made here.
    init?(_ token: String, of exportID: String, _ keys: KeyStore) throws {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= 200, parts.count == 4, let expiry = Int64(parts[0]), parts[0].first != "+",
            let number = Int64(parts[2]), let mac = Base64.decode(parts[3], .urlSafe)
        else { return nil }
        self.init(exportID: exportID, mailingID: String(parts[1]), number: number, expiry: expiry)
        let (current, others) = try keys.secrets(for: Self.purpose)
        let isSigned = ([current] + others).reduce(false) { found, secret in
            Self.areEqual(self.mac(secret), mac) || found
        }
        guard isSigned else { return nil }
    }

    init(exportID: String, mailingID: String, number: Int64, expiry: Int64) {
        self.exportID = exportID
        self.mailingID = mailingID
        self.number = number
        self.expiry = expiry
    }

    private static let purpose = "export links"

    private func mac(_ secret: [UInt8]) -> [UInt8] {
        HMAC.sha256(key: secret, message: Array("\(exportID)\n\(mailingID)\n\(number)\n\(expiry)".utf8)).bytes
    }

    /// Takes as long whatever differs.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
