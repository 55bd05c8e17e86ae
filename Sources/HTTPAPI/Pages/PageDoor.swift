package import HTTPTypes

/// The door by which people come to pages: who they are is told by what their browser keeps, and what is in their way by a
/// page. All else, from the limits to the permission, is asked of a page as of any endpoint.
package protocol PageDoor: Sendable {
    /// Who a request comes from, by its fields.
    ///
    /// - Throws: ``AuthenticationFailure`` where that is nobody, or nobody any more; any other error where it cannot be found
    ///   out just now.
    func signIn(_ headers: HTTPFields) async throws -> SignIn

    /// What a person is shown of a problem.
    func reply(to problem: Problem, of request: HTTPRequest, traceID: String) -> Reply
}

extension Endpoint {
    /// The same endpoint for people: entered by a door, and no part of the API's description.
    package func entered(by door: any PageDoor) -> Endpoint {
        var page = self
        page.door = door
        return page
    }
}
