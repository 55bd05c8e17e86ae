import Addresses

extension EndpointServices {
    /// Who a token stands for. Whether it was accepted is counted for the address that it came from.
    func signIn(
        _ token: Result<String, AuthenticationFailure>,
        from address: IPAddress?
    ) async throws -> SignIn {
        let token = try token.get()
        do {
            let signIn = try await authenticator.authenticate(bearer: token)
            limits?.signInSucceeded(token, from: address)
            return signIn
        } catch let failure as AuthenticationFailure {
            await limits?.signInFailed(token, from: address)
            throw failure
        }
    }
}
