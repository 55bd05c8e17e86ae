import Access
import Exports
import Time

/// Knows what people may do from access in memory, brought up to the log's head first.
struct DirectoryExportAuthority: ExportAuthority {
    let directory: AccessDirectory

    func rights(of user: String, roles: [String]?) async throws -> ExportRights {
        // Whoever has the machine has the database. Nobody can sign in under that name.
        if user == AccessActor.operatorID { return .all }
        let model = try await directory.current().model
        let now = Timestamp.now()
        return ExportRights(roles: roles) { permission in
            guard let roles else { return model.branches(where: user, has: permission, at: now) }
            return model.branches(where: user, has: permission, at: now, activating: roles)
        }
    }
}
