import JWTKit

extension KeySet {
    /// Refuses a token that none of the keys signed.
    ///
    /// - Parameter generation: the one that there was when the token came.
    /// - Throws: ``AuthenticationFailure``; `Problem` where its key cannot be looked for just now.
    func requireSignature(
        of jws: CompactJWS,
        _ algorithm: JWTSettings.Algorithm,
        of generation: Int?
    ) async throws {
        guard let key = try await key(jws.keyID, for: algorithm) else {
            throw AuthenticationFailure(.invalidToken, "The key of the token is not known")
        }
        guard try await isSigned(jws, algorithm, by: key, of: generation) else {
            throw AuthenticationFailure(.invalidToken, "The signature of the token is wrong")
        }
    }

    private func isSigned(
        _ jws: CompactJWS,
        _ algorithm: JWTSettings.Algorithm,
        by key: any JWTAlgorithm,
        of generation: Int?
    ) async throws -> Bool {
        if (try? key.verify(jws.signature, signs: jws.signedBytes)) == true { return true }
        // A provider that names no keys changes its one key without a new name to tell it by.
        guard jws.keyID == nil, let key = try await self.key(nil, for: algorithm, beyond: generation) else {
            return false
        }
        return (try? key.verify(jws.signature, signs: jws.signedBytes)) == true
    }
}
