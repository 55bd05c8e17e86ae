import OpenSSL
package import Postgres
package import Time

/// A token just issued. The only time that its secret is known.
package struct IssuedToken: Sendable {
    /// The public id, by which it can be revoked.
    package var id: String
    /// What its bearer sends. Not stored anywhere.
    package var secret: String
    /// Whom it signs in.
    package var userID: String
    /// From when on it is refused.
    package var expiresAt: Timestamp?
    /// Where its issue was recorded.
    package var outcome: CommandOutcome
}

/// A token as it is shown: all but the secret.
package struct TokenRecord: Sendable, Hashable {
    /// The public id.
    package var id: String
    /// Whom it signs in.
    package var userID: String
    /// What it is for, until it is erased.
    package var label: String?
    /// When it was issued.
    package var issuedAt: Timestamp
    /// Who issued it.
    package var issuedBy: String
    /// From when on it is refused.
    package var expiresAt: Timestamp?
    /// When it was revoked.
    package var revokedAt: Timestamp?
}

/// Users and the tokens by which they sign in.
package final class TokenService: Sendable {
    private let directory: AccessDirectory
    private let runner: CommandRunner
    private let pool: PostgresPool
    private let clock: @Sendable () -> Timestamp
    private let tokensSQL: SQLFile

    /// A service that shares the parts of the access service.
    package init(_ access: AccessService, pool: PostgresPool) throws {
        directory = access.directory
        runner = access.runner
        clock = access.clock
        self.pool = pool
        tokensSQL = try SQLFile("read/tokens.sql", in: .module)
    }

    /// Makes a user known.
    package func register(_ command: RegisterUser, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Issues a token to a registered user.
    package func issue(
        to userID: String,
        label: String? = nil,
        expiresAt: Timestamp? = nil,
        _ context: CommandContext
    ) async throws -> IssuedToken {
        let token = try APIToken.generate()
        let command = IssueToken(
            tokenID: token.id,
            userID: userID,
            digest: token.digest,
            label: label,
            expiresAt: expiresAt
        )
        let outcome = try await runner.carryOut(command, context)
        return IssuedToken(
            id: token.id,
            secret: token.text,
            userID: userID,
            expiresAt: expiresAt,
            outcome: outcome
        )
    }

    /// Ends a token before its time.
    package func revoke(
        _ tokenID: String,
        reason: String? = nil,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(RevokeToken(tokenID: tokenID, reason: reason), context)
    }

    /// The tokens of a user, newest first; of everybody without one. Needs no more than the read model.
    package func list(of userID: String? = nil, limit: Int = 500) async throws -> [TokenRecord] {
        try await pool.query(tokensSQL(userID, Int32(clamping: limit))).map { row in
            let columns = try row.decode(
                (String, String, String?, Timestamp, String, Timestamp?, Timestamp?).self
            )
            return TokenRecord(
                id: columns.0,
                userID: columns.1,
                label: columns.2,
                issuedAt: columns.3,
                issuedBy: columns.4,
                expiresAt: columns.5,
                revokedAt: columns.6
            )
        }
    }

    /// Whom a token signs in now. A revocation that was acknowledged before counts.
    package func authenticate(_ token: String) async throws -> TokenOwner {
        let snapshot = try await directory.current()
        return try snapshot.model.identity.authenticate(token, at: clock())
    }

    /// Whom a token signs in now, known by its public id. A revocation that was acknowledged before counts.
    package func owner(ofTokenWith id: String) async throws -> TokenOwner {
        let snapshot = try await directory.current()
        return try snapshot.model.identity.owner(ofTokenWith: id, at: clock())
    }

    /// Whom a token signs in now, or did not long ago where the log cannot be asked:
    /// ``AccessDirectory/current(orKnownWithin:patience:)``.
    package func authenticate(
        _ token: String,
        orKnownWithin age: Duration,
        patience: Duration
    ) async throws -> TokenOwner {
        let snapshot = try await directory.current(orKnownWithin: age, patience: patience)
        return try snapshot.model.identity.authenticate(token, at: clock())
    }
}
