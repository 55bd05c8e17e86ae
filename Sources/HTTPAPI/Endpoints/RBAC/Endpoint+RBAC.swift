package import Access

extension Endpoint {
    /// Roles, permissions and who has them.
    package static func rbac(_ access: AccessService) -> [Endpoint] {
        roles(access) + permissions(access) + rolePermissions(access) + userRoles(access)
            + [accessLogs(access), accessCheck(access)]
    }
}

extension EndpointAccess {
    /// Asks for a built-in permission.
    static func permission(_ permission: BuiltInPermission, in place: Place = .institution) -> EndpointAccess {
        .permission(permission.name, in: place)
    }
}
