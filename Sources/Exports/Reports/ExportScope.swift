import Events

/// Which rows, and which personal text, may be in a file: by the rights of whoever it is made for.
struct ExportScope: Sendable, Hashable {
    /// What it takes to have it, in all of its branches.
    var permissions: [String]
    /// The branches whose rows may be in it; nil for all, and for those of none.
    var branches: Set<String>?
    /// The branches whose personal text may be in it; nil for all.
    var personal: Set<String>?
    /// The types of events that may be in it; nil where it is not of events.
    var types: [String]?

    /// What may be in a report by somebody's rights.
    ///
    /// - Throws: `ExportError(.forbidden)` where that is nothing, or not what is asked for.
    init(_ report: ExportReport, branch: String?, _ rights: ExportRights) throws(ExportError) {
        permissions = [report.permission] + report.furtherPermissions
        var reach: Set<String>?
        for permission in permissions {
            let held = rights.branches(permission)
            if case .ofInstitution = report.rows, held != nil { throw Self.forbidden(permission, nil) }
            if let branch, held?.contains(branch) == false { throw Self.forbidden(permission, branch) }
            if held?.isEmpty == true { throw Self.forbidden(permission, nil) }
            reach = Self.both(reach, held)
        }
        if reach?.isEmpty == true { throw Self.forbidden(report.permission, nil) }
        let branches = branch.map { [$0] } ?? reach
        self.branches = branches
        let readable = rights.branches(report.personalPermission)
        // The name of a student may be of another branch than the row that it stands in.
        let isOfOthers = report.columns.contains { $0.personalBranch != nil }
        personal = isOfOthers ? readable : Self.both(branches, readable)
        guard case .ofEvents = report.rows else { return }
        // A type is in it as a whole or not at all, so that what the file takes can be said in a few names.
        let seen = EventCatalogue.all.filter { rights.cover($0.permission, branches) }
        types = Set(seen.map(\.type.rawValue)).sorted()
        permissions += Set(seen.map(\.permission)).subtracting(permissions).sorted()
    }

    /// Types of events that somebody may see in some of the branches of a file, and of which it has none for that.
    fileprivate static func leftOut(_ report: ExportReport, branch: String?, _ rights: ExportRights) -> [String] {
        guard case .ofEvents = report.rows, let scope = try? ExportScope(report, branch: branch, rights) else {
            return []
        }
        let seen = Set(scope.types ?? [])
        return EventCatalogue.all.filter { event in
            guard !seen.contains(event.type.rawValue) else { return false }
            return both(scope.branches, rights.branches(event.permission))?.isEmpty == false
        }.map(\.type.rawValue)
    }

    private static func both(_ one: Set<String>?, _ other: Set<String>?) -> Set<String>? {
        guard let one else { return other }
        return other.map { one.intersection($0) } ?? one
    }

    private static func forbidden(_ permission: String, _ branch: String?) -> ExportError {
        ExportError(
            .forbidden(permission: permission, branch: branch),
            "This needs the permission “\(permission)”" + (branch.map { " in the branch “\($0)”." } ?? ".")
        )
    }
}

extension ExportService {
    /// Types of events that somebody may see in some of the branches that a report would be of, and of which its file would have
    /// none for that: a type is in it as a whole or not at all.
    package static func leftOut(of report: ExportReport, branch: String?, _ rights: ExportRights) -> [String] {
        Array(Set(ExportScope.leftOut(report, branch: branch, rights.limited(to: createPermission)))).sorted()
    }
}
