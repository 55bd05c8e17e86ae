import Access
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/access/roles`: which role grants what, as a table; of the roles those that the reader may list.
    var matrixPage: Endpoint {
        let permission = BuiltInPermission.readPermissions
        return Endpoint(
            .get,
            "/console/access/roles",
            "Show roles and permissions as a table",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: IdentifierQuery("text", "role", "row", "column"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            let hierarchy = try await visibleHierarchy(context, head)
            let table = AccessMatrix(
                hierarchy,
                permissions: query["text"],
                roles: query["role"],
                row: query["row"].flatMap { Int($0) } ?? 0,
                column: query["column"].flatMap { Int($0) } ?? 0
            )
            return try await accessPage("matrix", table.values, at: "roles", context, head)
        }
    }

    /// How roles and permissions contain one another, as `GET /rbac/hierarchy` tells it to the reader.
    func visibleHierarchy(_ context: RequestContext, _ head: RequestHead.Value) async throws -> PermissionHierarchy {
        try await context.leaveDecision(.readPermissions)
        let visible = try await parts.access.branches(where: context.command(), has: .listRoles)
        var hierarchy = try await parts.access.getPermissionHierarchy(asOf: accessMoment(head)).value
        hierarchy.roles.removeAll { role in
            visible.map { !$0.contains(role.branchID) && role.branchID != BranchScope.institutionBranch } ?? false
        }
        return hierarchy
    }
}

/// A part of the table of roles and permissions: so many rows and columns that it can be taken in.
struct AccessMatrix {
    static let rows = 50
    static let columns = 8

    let values: [String: Any]

    /// - Parameters:
    ///   - permissions: what occurs in the names of the permissions.
    ///   - roles: what occurs in the ids of the roles.
    ///   - row: the first permission that is shown, of those.
    ///   - column: the first role that is shown.
    init(_ hierarchy: PermissionHierarchy, permissions text: String?, roles role: String?, row: Int, column: Int) {
        let names = hierarchy.permissions.map(\.name).filter { Self.occurs(text, in: $0) }
        let roles = hierarchy.roles.filter { Self.occurs(role, in: $0.roleID) }
        let (row, column) = (Self.within(row, names.count, Self.rows), Self.within(column, roles.count, Self.columns))
        let shown = roles.dropFirst(column).prefix(Self.columns).map { role in
            (role: role, own: Set(role.ownPermissions), all: Set(role.permissions), denied: Set(role.deniedPermissions))
        }
        func address(row: Int, column: Int) -> String {
            ConsolePaths.page(
                "\(ConsolePaths.access)/roles",
                [
                    ("text", text), ("role", role), ("row", row == 0 ? nil : String(row)),
                    ("column", column == 0 ? nil : String(column)),
                ]
            )
        }
        func link(_ isThere: Bool, row: Int, column: Int) -> Any {
            isThere ? address(row: max(0, row), column: max(0, column)) : false
        }
        values = [
            "text": text ?? "", "role": role ?? "",
            "isEmpty": names.isEmpty || roles.isEmpty,
            "roles": shown.map { column in
                [
                    "id": column.role.roleID, "path": ConsolePaths.role(column.role.roleID),
                    "branch": column.role.branchID == BranchScope.institutionBranch ? false : column.role.branchID,
                ] as [String: Any]
            },
            "rows": names.dropFirst(row).prefix(Self.rows).map { name in
                [
                    "permission": name,
                    "path": ConsolePaths.page("\(ConsolePaths.access)/who", [("permission", name)]),
                    "cells": shown.map { column in
                        let isDenied = column.denied.contains(name)
                        let isOwn = !isDenied && column.own.contains(name)
                        return [
                            "isDenied": isDenied, "isOwn": isOwn,
                            "isInherited": !isDenied && !isOwn && column.all.contains(name),
                        ]
                    },
                ] as [String: Any]
            },
            "rowSpan": Self.span(row, Self.rows, names.count),
            "columnSpan": Self.span(column, Self.columns, roles.count),
            "earlierRows": link(row > 0, row: row - Self.rows, column: column),
            "laterRows": link(row + Self.rows < names.count, row: row + Self.rows, column: column),
            "earlierColumns": link(column > 0, row: row, column: column - Self.columns),
            "laterColumns": link(column + Self.columns < roles.count, row: row, column: column + Self.columns),
        ]
    }

    private static func occurs(_ text: String?, in name: String) -> Bool {
        text.map { name.lowercased().contains($0.lowercased()) } ?? true
    }

    /// A beginning that there is, on the border of a part.
    private static func within(_ place: Int, _ count: Int, _ part: Int) -> Int {
        guard count > 0 else { return 0 }
        return min(max(0, place), count - 1) / part * part
    }

    private static func span(_ first: Int, _ part: Int, _ count: Int) -> String {
        count == 0 ? "none" : "\(first + 1) to \(min(first + part, count)) of \(count)"
    }
}
