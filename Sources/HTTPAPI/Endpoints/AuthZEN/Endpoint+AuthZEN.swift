package import Access
package import Institution

/// What the endpoints of OpenID AuthZEN share.
package struct AuthZENAccess: Sendable {
    let access: AccessService
    let institution: InstitutionService
    let address: PublicAddress?

    /// The services behind the endpoints.
    ///
    /// - Parameter address: where clients reach the server; what each request says if nil.
    package init(access: AccessService, institution: InstitutionService, address: PublicAddress? = nil) {
        self.access = access
        self.institution = institution
        self.address = address
    }
}

extension Endpoint {
    /// OpenID AuthZEN Authorization API 1.0: decisions and searches for policy enforcement points. How its words map to
    /// Daybook's is in docs/authzen.md.
    package static func authZEN(_ access: AuthZENAccess) -> [Endpoint] {
        [
            evaluation(access), evaluations(access),
            subjectSearch(access), resourceSearch(access), actionSearch(access),
            authZENConfiguration(access),
        ]
    }
}

/// The paths of the Authorization API, which its configuration names.
enum AuthZENPath {
    static let evaluation = "/access/v1/evaluation"
    static let evaluations = "/access/v1/evaluations"
    static let subjectSearch = "/access/v1/search/subject"
    static let resourceSearch = "/access/v1/search/resource"
    static let actionSearch = "/access/v1/search/action"
    static let configuration = "/.well-known/authzen-configuration"
}
