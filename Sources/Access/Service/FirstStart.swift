/// What a log needs before anybody can sign in: this release's permissions, the role templates, one administrator.
///
/// All of it through the same commands as everything else, carried out by Daybook itself.
package struct FirstStart: Sendable {
    /// The administrator's id, unless another is asked for.
    package static let administrator = "admin"

    private let access: AccessService

    /// A first start over the service.
    package init(access: AccessService) {
        self.access = access
    }

    /// Installs what is missing; does nothing to a log that has everything.
    ///
    /// - Parameter issuesToken: whether a new administrator gets a token; without one, tokens are issued later.
    /// - Returns: the administrator's token when this call is the one, of all replicas, that made the administrator.
    ///   Its secret is known here and nowhere else.
    package func install(
        administrator: String = administrator,
        issuesToken: Bool = true
    ) async throws -> IssuedToken? {
        let token = try APIToken.generate()
        let command = OpenInstitution(
            administrator: administrator,
            tokenID: issuesToken ? token.id : nil,
            digest: token.digest
        )
        let outcome = try await access.runner.carryOut(command, .system)
        let isOurs = outcome.events.contains { event in
            if case .tokenIssued(let issued) = event { issued.tokenID == token.id } else { false }
        }
        guard isOurs else { return nil }
        return IssuedToken(id: token.id, secret: token.text, userID: administrator, expiresAt: nil, outcome: outcome)
    }
}
