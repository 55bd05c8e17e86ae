package import Access

extension Endpoint {
    /// Roles, permissions and who has them.
    package static func rbac(_ access: AccessService, _ answers: CachedAnswers? = nil) -> [Endpoint] {
        roles(access) + roleStructure(access) + permissions(access) + implications(access) + rolePermissions(access)
            + userRoles(access) + renewals(access) + separations(access) + sessions(access)
            + whoAndWhat(access, answers)
            + reviews(access)
            + [accessLogs(access), accessCheck(access), explain(access), consoleSessions(access)]
    }
}

extension EndpointAccess {
    /// Asks for a built-in permission.
    static func permission(_ permission: BuiltInPermission, in place: Place = .institution) -> EndpointAccess {
        .permission(permission.name, in: place)
    }
}
