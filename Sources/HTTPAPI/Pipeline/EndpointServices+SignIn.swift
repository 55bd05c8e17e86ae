import Addresses

extension EndpointServices {
    /// Who a token stands for. Whether it was accepted is counted for the address that it came from, and for whom it claims to
    /// be of: a token that is good is accepted however many others failed in that name.
    ///
    /// - Parameter permission: what guards the request, which may bear on how fresh the answer has to be.
    func signIn(
        _ token: Result<String, AuthenticationFailure>,
        from address: IPAddress?,
        for permission: String? = nil,
        _ ledger: inout LimitLedger
    ) async throws -> SignIn {
        let token = try token.get()
        do {
            let signIn = try await authenticator.authenticate(bearer: token, for: permission)
            limits?.signInSucceeded(token, from: address)
            return signIn
        } catch let failure as AuthenticationFailure {
            if let verdict = await limits?.signInFailed(token, from: address) { try ledger.enter(verdict) }
            throw failure
        }
    }
}
