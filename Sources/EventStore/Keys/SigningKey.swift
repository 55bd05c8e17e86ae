import MerkleLog
import OpenSSL

/// A key that signs checkpoints, with the name that they carry.
struct SigningKey: Sendable {
    /// The name of the log, which is the key's name and the checkpoints' origin.
    let origin: String
    let signer: NoteSigner
    private let seed: [UInt8]

    /// The key's id in hexadecimal, as in the encoded verifier key.
    var id: String { signer.verifier.keyIDText }
    /// What others verify with.
    var verifier: NoteVerifier { signer.verifier }

    /// A new key.
    static func generate(origin: String) throws -> (key: SigningKey, encoded: String) {
        let privateKey = try Ed25519.PrivateKey()
        let key = try SigningKey(
            origin: origin,
            signer: NoteSigner(name: origin, privateKey: privateKey),
            seed: privateKey.seed()
        )
        return (key, "PRIVATE+KEY+\(origin)+\(key.id)+\(Base64.encode([1] + (try privateKey.seed())))")
    }

    private init(origin: String, signer: NoteSigner, seed: [UInt8]) {
        self.origin = origin
        self.seed = seed
        self.signer = signer
    }

    /// Reads the text form of a signing key that the notes of the Go checksum database use,
    /// `PRIVATE+KEY+<name>+<id>+<base64 of 0x01 and the seed>`.
    init(encoded: String) throws {
        let parts = encoded.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY",
            let bytes = Base64.decode(parts[4]), bytes.count == 33, bytes[0] == 1
        else {
            throw KeyStoreError(.malformed, "This is not a signing key in the form PRIVATE+KEY+name+id+base64.")
        }
        let privateKey = try Ed25519.PrivateKey(seed: Array(bytes.dropFirst()))
        try self.init(
            origin: String(parts[2]),
            signer: NoteSigner(name: String(parts[2]), privateKey: privateKey),
            seed: privateKey.seed()
        )
        guard id == parts[3] else {
            throw KeyStoreError(.malformed, "The id in the signing key is not that of its name and key.")
        }
    }

    /// A secret derived from the key's seed.
    func secret(for purpose: String) -> [UInt8] {
        HMAC.sha256(key: seed, message: Array("daybook \(purpose)".utf8)).bytes
    }

    /// The signed checkpoint of a log.
    func checkpoint(size: Int64, root: Hash) throws -> String {
        try Checkpoint(origin: origin, size: size, root: root).signed(with: [signer]).encoded
    }
}
