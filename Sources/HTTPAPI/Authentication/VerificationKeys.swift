import JSON
import JWTKit

/// The public keys of an identity provider, ready for use, each bound to the algorithms that it may verify.
struct VerificationKeys: Sendable {
    /// By bytes: texts that only look the same are different ids.
    private struct Name: Hashable {
        let keyID: [UInt8]?
        let algorithm: JWTSettings.Algorithm

        init(_ keyID: String?, _ algorithm: JWTSettings.Algorithm) {
            self.keyID = keyID.map { [UInt8]($0.utf8) }
            self.algorithm = algorithm
        }
    }

    private static let maximumCount = 100

    private var keys: [Name: any JWTAlgorithm] = [:]
    /// The ids of the keys that can be used.
    private(set) var keyIDs: Set<[UInt8]> = []
    /// Keys that the set holds and that cannot be used, with the reason.
    private(set) var ignored: [String] = []

    /// No key: nothing verifies.
    init() {}

    /// Reads a JWK set (RFC 7517, section 5). A key that cannot be used is passed over, as the RFC asks; a set without
    /// any usable key is refused.
    ///
    /// Two different keys of one id and algorithm are both passed over: which of them is meant cannot be said.
    init(jwks bytes: [UInt8], algorithms accepted: Set<JWTSettings.Algorithm>) async throws(KeySetError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes, maximumDepth: 16)
        } catch {
            throw KeySetError(.malformed, "The key set is not JSON: \(error)")
        }
        guard let set = json["keys"]?.array else { throw KeySetError(.malformed, "The key set has no member keys") }
        guard set.count <= Self.maximumCount else {
            throw KeySetError(.malformed, "The key set has more than \(Self.maximumCount) keys")
        }
        var materials: [Name: PublicJWK.Material] = [:]
        for (index, element) in set.enumerated() {
            do throws(KeySetError) {
                guard let jwk = element.object else { throw PublicJWK.unusable("is not an object") }
                let key = try PublicJWK(jwk)
                let algorithms = key.algorithms.intersection(accepted)
                guard !algorithms.isEmpty else { throw PublicJWK.unusable("is for no accepted algorithm") }
                var isAmbiguous = false
                for algorithm in algorithms {
                    let name = Name(key.keyID, algorithm)
                    if let other = materials.updateValue(key.material, forKey: name) {
                        guard other != key.material else { continue }
                        keys[name] = nil
                        isAmbiguous = true
                    } else {
                        keys[name] = try await key.material.verifier(algorithm)
                    }
                }
                if isAmbiguous { throw PublicJWK.unusable("has the id of another key, so that neither is used") }
            } catch {
                ignored.append("key \(index): \(error.message)")
            }
        }
        guard !keys.isEmpty else {
            throw KeySetError(.noUsableKey, "The key set has no usable key (\(ignored.joined(separator: "; ")))")
        }
        keyIDs = Set(keys.keys.compactMap(\.keyID))
    }

    /// How many keys there are, counted once for each algorithm that they may verify.
    var count: Int { keys.count }

    /// The key for a signature; nil if there is none, or more than one and no id to choose by.
    func key(_ keyID: String?, for algorithm: JWTSettings.Algorithm) -> (any JWTAlgorithm)? {
        if let keyID { return keys[Name(keyID, algorithm)] }
        let candidates = keys.filter { $0.key.algorithm == algorithm }
        return candidates.count == 1 ? candidates.first?.value : nil
    }
}
