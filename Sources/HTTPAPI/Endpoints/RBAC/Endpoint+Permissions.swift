import Access

extension Endpoint {
    static func permissions(_ access: AccessService) -> [Endpoint] {
        [createPermission(access), listPermissions(access), updatePermission(access)]
    }

    /// `POST /rbac/permissions`: creates a permission of the institution's own.
    private static func createPermission(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/permissions",
            "Create a permission",
            details: "Its name is its id. The Admin template receives it at once, so that somebody can give it on.",
            tag: "rbac",
            access: .permission(.createPermissions),
            inputs: IdempotencyHeader(),
            JSONBody(PermissionToCreate.self),
            outputs: .json(.created, .commanded("permission", Columns.permissions.schema), "The permission."),
            problems: .duplicateName,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            let command = CreatePermission(name: body.name, description: body.description)
            let outcome = try await access.createCustomPermission(command, context.command(key))
            let permission = try await access.getPermissionById(body.name, asOf: outcome.moment).value
            return .commanded(.created, outcome, "permission", permission, .permissions)
        }
    }

    /// `GET /rbac/permissions`: lists all permissions.
    private static func listPermissions(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/permissions",
            "List all permissions",
            tag: "rbac",
            access: .permission(.readPermissions, in: .decidedByHandler),
            inputs: Query("resource", .identifier, "Only those of this resource and what is within it."),
            AsOf(),
            Paging(default: 100),
            outputs: .listing(.permissions, "The permissions by id."),
            .notModified
        ) { context, resource, asOf, page in
            // Permissions belong to no branch: whoever may see them somewhere may see them.
            try await context.require(BuiltInPermission.readPermissions.name, in: .anywhere)
            let answer = try await access.getAllPermissions(
                resource: resource,
                asOf: AccessMoment(asOf, page.after),
                after: page.after?.key,
                limit: page.limit + 1
            )
            let isOfNow = asOf == nil && page.after == nil
            return .listing(answer, .permissions, page: page, context, isOfNow: isOfNow) { $0.id }
        }
    }

    /// `PATCH /rbac/permissions/{permissionId}`: changes a permission's description.
    private static func updatePermission(_ access: AccessService) -> Endpoint {
        Endpoint(
            .patch,
            "/rbac/permissions/{permissionId}",
            "Update a permission",
            details: "Only its description: the log is full of its name.",
            tag: "rbac",
            access: .permission(.updatePermissions),
            inputs: Path("permissionId", .identifier, "The permission."),
            IdempotencyHeader(),
            JSONBody(PermissionChange.self),
            outputs: .json(.ok, .commanded("permission", Columns.permissions.schema), "The permission as it is now."),
            problems: .notFound,
            .versionConflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, body in
            let command = UpdatePermission(
                permissionID: id,
                description: body.description,
                expectedVersion: body.expectedVersion
            )
            let outcome = try await access.updatePermission(command, context.command(key))
            let permission = try await access.getPermissionById(id, asOf: outcome.moment).value
            return .commanded(.ok, outcome, "permission", permission, .permissions)
        }
    }
}
