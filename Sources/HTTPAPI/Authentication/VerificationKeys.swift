import JSON
import JWTKit
import OpenSSL

/// The public keys of an identity provider, ready for use, each bound to the algorithms that it may verify.
struct VerificationKeys: Sendable {
    private struct Name: Hashable {
        let keyID: String?
        let algorithm: JWTSettings.Algorithm
    }

    private var keys: [Name: any JWTAlgorithm] = [:]
    /// Keys that the set holds and that cannot be used, with the reason.
    private(set) var ignored: [String] = []

    /// No key: nothing verifies.
    init() {}

    /// Reads a JWK set (RFC 7517, section 5). A key that cannot be used is passed over, as the RFC asks; a set without
    /// any usable key is refused.
    init(jwks bytes: [UInt8], algorithms: Set<JWTSettings.Algorithm>) async throws(KeySetError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw KeySetError(.malformed, "The key set is not JSON: \(error)")
        }
        guard let set = json["keys"]?.array else { throw KeySetError(.malformed, "The key set has no member keys") }
        for (index, element) in set.prefix(100).enumerated() {
            guard let jwk = element.object else { continue }
            do {
                try await add(jwk, algorithms)
            } catch {
                ignored.append("key \(index): \(error.message)")
            }
        }
        guard !keys.isEmpty else {
            throw KeySetError(.noUsableKey, "The key set has no usable key (\(ignored.joined(separator: "; ")))")
        }
    }

    /// The key for a signature; nil if there is none, or more than one and no id to choose by.
    func key(_ keyID: String?, for algorithm: JWTSettings.Algorithm) -> (any JWTAlgorithm)? {
        if let keyID { return keys[Name(keyID: keyID, algorithm: algorithm)] }
        let candidates = keys.filter { $0.key.algorithm == algorithm }
        return candidates.count == 1 ? candidates.first?.value : nil
    }

    private mutating func add(
        _ jwk: JSONObject,
        _ accepted: Set<JWTSettings.Algorithm>
    ) async throws(KeySetError) {
        if let use = jwk["use"]?.string, use != "sig" { throw KeySetError(.unusableKey, "is not for signatures") }
        if let operations = jwk["key_ops"]?.array, !operations.contains("verify") {
            throw KeySetError(.unusableKey, "is not for verifying")
        }
        var algorithms = try Self.algorithms(of: jwk).intersection(accepted)
        if let declared = jwk["alg"]?.string { algorithms = algorithms.filter { $0.rawValue == declared } }
        guard !algorithms.isEmpty else { throw KeySetError(.unusableKey, "is for no accepted algorithm") }
        for algorithm in algorithms {
            let name = Name(keyID: jwk["kid"]?.string, algorithm: algorithm)
            guard keys[name] == nil else { throw KeySetError(.unusableKey, "has the id of a key before it") }
            keys[name] = try await Self.verifier(jwk, algorithm)
        }
    }

    /// What a key of this type and curve can be for at all.
    private static func algorithms(of jwk: JSONObject) throws(KeySetError) -> Set<JWTSettings.Algorithm> {
        switch (jwk["kty"]?.string, jwk["crv"]?.string) {
        case ("RSA", _): return [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case ("EC", "P-256"): return [.es256]
        case ("EC", "P-384"): return [.es384]
        case ("EC", "P-521"): return [.es512]
        case ("OKP", "Ed25519"): return [.eddsa]
        default: throw KeySetError(.unusableKey, "is of a type that is not supported")
        }
    }

    private static func verifier(
        _ jwk: JSONObject,
        _ algorithm: JWTSettings.Algorithm
    ) async throws(KeySetError) -> any JWTAlgorithm {
        // The private parts of a key that should never have come here are left behind.
        let id = JWKIdentifier(string: "key")
        let name = JWK.Algorithm(rawValue: algorithm.rawValue)
        let key: JWK =
            switch algorithm {
            case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
                .rsa(name, identifier: id, modulus: jwk["n"]?.string, exponent: jwk["e"]?.string)
            case .es256: .ecdsa(name, identifier: id, x: jwk["x"]?.string, y: jwk["y"]?.string, curve: .p256)
            case .es384: .ecdsa(name, identifier: id, x: jwk["x"]?.string, y: jwk["y"]?.string, curve: .p384)
            case .es512: .ecdsa(name, identifier: id, x: jwk["x"]?.string, y: jwk["y"]?.string, curve: .p521)
            case .eddsa: .octetKeyPair(name, identifier: id, x: jwk["x"]?.string, y: nil, curve: .ed25519)
            }
        do {
            let collection = try await JWTKeyCollection().add(jwk: key)
            return try await collection.getKey(for: id, alg: algorithm.rawValue)
        } catch {
            throw KeySetError(.unusableKey, "is malformed or too short")
        }
    }
}

/// Why a key set is not usable.
package struct KeySetError: Error, Sendable, CustomStringConvertible {
    /// What is the matter.
    package enum Code: Sendable, Hashable {
        case unreachable, malformed, unusableKey, noUsableKey
    }

    /// What is the matter.
    package let code: Code
    /// What is the matter, in words for the operator.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
