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
            details: """
                Reads all of it and what it rests on, and answers what is wrong; `quick` looks at digests alone. With `wait=false` \
                it goes on by itself: `GET /backups/{backupId}` says how far it is and, afterwards, what was found.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            waits,
            OptionalBody(BackupToVerify.self),
            outputs: .json(.ok, .anyObject, "What was found."),
            begun,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { context, id, waits, body in
            guard waits else {
                try await access.backups.startVerification(id, body.depth, in: body.repository, by: Author(context))
                return .json(.accepted) { $0.object { $0.member("backupId", id) } }
            }
            let report = try await access.backups.verify(id, body.depth, in: body.repository, by: Author(context))
            return .json { $0.object { report.write(to: &$0) } }
        }
    }

    /// `POST /backups/{backupId}/rehearse`.
    static func rehearseBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/{backupId}/rehearse",
            "Rehearse a restore of a backup",
            details: """
                Restores it into a database of its own, verifies it, makes its read models, and holds them row by row \
                against those that the log gives at that position. The database is dropped again. `GET \
                /backups/{backupId}` says how far it is and, afterwards, how it went; `POST …/cancel` stops it.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            Query<String?>("repository", .text(1...60), "From which repository; the first that has it if left out."),
            outputs: begun,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { context, id, repository in
            let id = try await access.backups.startRehearsal(id, in: repository, by: Author(context))
            return .json(.accepted) { $0.object { $0.member("backupId", id) } }
        }
    }
}
