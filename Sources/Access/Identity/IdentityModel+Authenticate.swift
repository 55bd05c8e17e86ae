import OpenSSL
package import Time

/// Whom a token signs in.
package struct TokenOwner: Sendable, Hashable {
    /// The user.
    package var userID: String
    /// The token's public id.
    package var tokenID: String
}

/// Why a token signs nobody in. Tells nothing that helps in guessing one.
package struct TokenRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why.
    package enum Code: Sendable, Hashable {
        /// Not formed as a token, or its secret is not the one that was issued.
        case unknown
        /// Its time is over.
        case expired
        /// It was revoked.
        case revoked
    }

    /// Why.
    package var code: Code

    /// A refusal.
    package init(_ code: Code) {
        self.code = code
    }

    /// A sentence that tells what to do.
    package var description: String {
        switch code {
        case .unknown: "The token is not one that was issued here."
        case .expired: "The token has expired; ask for a new one."
        case .revoked: "The token was revoked; ask for a new one."
        }
    }
}

extension IdentityModel {
    /// Whom a token signs in at a moment, known by its public id: for what stands for it, and ends with it.
    package func owner(ofTokenWith id: String, at now: Timestamp) throws(TokenRefusal) -> TokenOwner {
        guard let known = token(id) else { throw TokenRefusal(.unknown) }
        if known.isRevoked { throw TokenRefusal(.revoked) }
        if let end = known.expiresAt, end <= now { throw TokenRefusal(.expired) }
        return TokenOwner(userID: known.userID, tokenID: id)
    }

    /// Whom a token signs in at a moment.
    ///
    /// The secret is compared in constant time, and an unknown id costs the same as a wrong secret.
    package func authenticate(_ text: String, at now: Timestamp) throws(TokenRefusal) -> TokenOwner {
        guard let presented = APIToken(text) else { throw TokenRefusal(.unknown) }
        let known = token(presented.id)
        let isGenuine = ConstantTime.equal(presented.digest, known?.digest ?? .zero)
        guard let known, isGenuine else { throw TokenRefusal(.unknown) }
        if known.isRevoked { throw TokenRefusal(.revoked) }
        if let end = known.expiresAt, end <= now { throw TokenRefusal(.expired) }
        return TokenOwner(userID: known.userID, tokenID: presented.id)
    }
}
