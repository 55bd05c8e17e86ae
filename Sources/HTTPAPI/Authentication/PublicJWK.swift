import JSON
import JWTKit
import OpenSSL

/// One key of a JWK set (RFC 7517, section 4; RFC 7518, section 6; RFC 8037), read strictly: a member that is there has
/// to mean something, and what a key says of itself has to fit.
struct PublicJWK {
    /// What makes the key.
    enum Material: Hashable {
        case rsa(modulus: String, exponent: String)
        case ellipticCurve(Curve, x: String, y: String)
        case ed25519(x: String)
    }

    /// A curve of ECDSA, by the name that JWKs give it.
    enum Curve: String {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"
    }

    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// The id that tokens name it by.
    let keyID: String?
    /// The key itself.
    let material: Material
    /// What it may verify.
    let algorithms: Set<JWTSettings.Algorithm>

    init(_ jwk: JSONObject) throws(KeySetError) {
        if let use = try Self.text(jwk, "use"), use != "sig" { throw Self.unusable("is not for signatures") }
        if let operations = jwk["key_ops"] {
            guard operations.array?.contains("verify") == true else { throw Self.unusable("is not for verifying") }
        }
        material = try Self.material(jwk)
        // Anybody could sign with it by now.
        guard !Self.privateMembers.contains(where: { jwk[$0] != nil }) else {
            throw Self.unusable("comes with its private part and is no secret any more")
        }
        keyID = try Self.text(jwk, "kid")
        guard keyID?.utf8.count ?? 0 <= 500 else { throw Self.unusable("has an id of more than 500 bytes") }
        let declared = try Self.text(jwk, "alg")
        algorithms = material.algorithms.filter { declared == nil || $0.rawValue == declared }
        guard !algorithms.isEmpty else { throw Self.unusable("is of a type that its alg is not for") }
    }

    private static func material(_ jwk: JSONObject) throws(KeySetError) -> Material {
        let curve = try text(jwk, "crv")
        switch try text(jwk, "kty") {
        case "RSA":
            let (modulus, exponent) = (try bytes(jwk, "n"), try bytes(jwk, "e"))
            let bits = modulus.value.count * 8 - (modulus.value.first?.leadingZeroBitCount ?? 0)
            // Beyond the upper bound a signature takes too long to check.
            guard (2_048...8_192).contains(bits), modulus.value.last.map({ $0 & 1 == 1 }) == true else {
                throw unusable("is malformed or too short: RSA takes 2048 to 8192 bits")
            }
            // An exponent of 1 would let every signature pass.
            guard (1...4).contains(exponent.value.count), exponent.value.last.map({ $0 & 1 == 1 }) == true,
                exponent.value != [1]
            else { throw unusable("has an exponent that is not odd and from 3 to 2^32") }
            return .rsa(modulus: modulus.text, exponent: exponent.text)
        case "EC":
            guard let curve = curve.flatMap(Curve.init) else { throw unusable("is on a curve that is not supported") }
            let (x, y) = (try bytes(jwk, "x"), try bytes(jwk, "y"))
            guard x.value.count == curve.coordinateBytes, y.value.count == curve.coordinateBytes else {
                throw unusable("has coordinates of the wrong length")
            }
            return .ellipticCurve(curve, x: x.text, y: y.text)
        case "OKP":
            guard curve == "Ed25519" else { throw unusable("is on a curve that is not supported") }
            let x = try bytes(jwk, "x")
            guard x.value.count == 32 else { throw unusable("has a coordinate of the wrong length") }
            return .ed25519(x: x.text)
        default:
            throw unusable("is of a type that is not supported")
        }
    }

    /// A member that has to be text if it is there.
    private static func text(_ jwk: JSONObject, _ name: String) throws(KeySetError) -> String? {
        guard let value = jwk[name] else { return nil }
        guard let text = value.string else { throw unusable("has a malformed member \(name)") }
        return text
    }

    /// A number as bytes without leading zeros where it is one of RSA, and its text for the library.
    private static func bytes(_ jwk: JSONObject, _ name: String) throws(KeySetError) -> (text: String, value: [UInt8]) {
        guard let text = try text(jwk, name), let value = Base64.decode(text, .urlSafe), !value.isEmpty else {
            throw unusable("has no well-formed member \(name)")
        }
        guard name == "n" || name == "e" else { return (text, value) }
        // Some providers write the sign byte of their library's numbers.
        let trimmed = [UInt8](value.drop { $0 == 0 })
        return (Base64.encode(trimmed, .urlSafe), trimmed)
    }

    static func unusable(_ reason: String) -> KeySetError { KeySetError(.unusableKey, reason) }
}

extension PublicJWK.Curve {
    /// RFC 7518, section 6.2.1.2.
    var coordinateBytes: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}

extension PublicJWK.Material {
    /// What a key of this type and curve can be for at all.
    var algorithms: Set<JWTSettings.Algorithm> {
        switch self {
        case .rsa: [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case .ellipticCurve(.p256, _, _): [.es256]
        case .ellipticCurve(.p384, _, _): [.es384]
        case .ellipticCurve(.p521, _, _): [.es512]
        case .ed25519: [.eddsa]
        }
    }

    /// Checks signatures of one algorithm.
    func verifier(_ algorithm: JWTSettings.Algorithm) async throws(KeySetError) -> any JWTAlgorithm {
        let id = JWKIdentifier(string: "key")
        let name = JWK.Algorithm(rawValue: algorithm.rawValue)
        let key: JWK =
            switch self {
            case .rsa(let modulus, let exponent): .rsa(name, identifier: id, modulus: modulus, exponent: exponent)
            case .ellipticCurve(.p256, let x, let y): .ecdsa(name, identifier: id, x: x, y: y, curve: .p256)
            case .ellipticCurve(.p384, let x, let y): .ecdsa(name, identifier: id, x: x, y: y, curve: .p384)
            case .ellipticCurve(.p521, let x, let y): .ecdsa(name, identifier: id, x: x, y: y, curve: .p521)
            case .ed25519(let x): .octetKeyPair(name, identifier: id, x: x, y: nil, curve: .ed25519)
            }
        do {
            let collection = try await JWTKeyCollection().add(jwk: key)
            return try await collection.getKey(for: id, alg: algorithm.rawValue)
        } catch {
            throw PublicJWK.unusable("is malformed")
        }
    }
}
