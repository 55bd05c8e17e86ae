import Access
import Backups
import EventStore
import HTTPTypes
import JSON

extension Endpoint {
    // What is in a backup, and whether it is what was written.

    /// `GET /backups/{backupId}/preview`.
    static func previewBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .get,
            "/backups/{backupId}/preview",
            "Preview a backup",
            details:
                "What is in it, those that it rests on included, and which events a log restored from it would lack.",
            tag: "backups",
            access: .permission(BuiltInPermission.readBackups.name),
            inputs: backupID,
            outputs: .json(.ok, .anyObject, "What is in it."),
            problems: .notFound,
            .conflict,
            .unavailable
        ) { context, id in
            let preview = try await access.backups.preview(id)
            return .json { $0.object { preview.write(to: &$0) } }
        }
    }

    /// `POST /backups/{backupId}/verify`.
    static func verifyBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/{backupId}/verify",
            "Verify a backup",
            details: "Reads all of it and what it rests on, and answers what is wrong; `quick` looks at digests alone.",
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            OptionalBody(BackupToVerify.self),
            outputs: .json(.ok, .anyObject, "What was found."),
            problems: .notFound,
            .unavailable
        ) { context, id, body in
            let report = try await access.backups.verify(id, body.depth, in: body.repository, by: Author(context))
            return .json { $0.object { report.write(to: &$0) } }
        }
    }
}
