import Access
import Backups
import EventStore
import HTTPTypes
import JSON
import Recovery

extension Endpoint {
    /// `POST /backups/{backupId}/restore`.
    static func restoreBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/{backupId}/restore",
            "Restore the log that runs to a backup",
            details: """
                The log that runs holds all that is in the backup, and that is made sure of first. So it is put back in \
                place: what rewinds becomes what it was where the backup ends, nothing is deleted, and another restore \
                can undo it. Without `previewToken` it shows what would change, and answers a token; with it, it is done. \
                A log that was lost is restored by `daybook backup restore`. Only administrators restore.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.restore.name),
            inputs: backupID,
            IdempotencyHeader(),
            OptionalBody(BackupToRestore.self),
            outputs: .json(.ok, .anyObject, "What would change, or what was done."),
            problems: .notFound,
            .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, body in
            // A restore gives back what was taken, whatever it was: only who could give all of it may.
            for permission in BuiltInPermission.administration {
                try await context.require(permission.name, in: .institution)
            }
            let record = try await access.backups.backup(id)
            let report = try await access.backups.verify(id, .full, by: Author(context))
            if let finding = report.findings.first { throw BackupError(.damaged, finding.message) }
            guard let token = body.previewToken else {
                let preview = try await access.recovery.preview(.position(record.size - 1), by: Author(context))
                return .json(position: preview.receipt.events.last?.position) { preview.write(to: &$0) }
            }
            guard try await access.recovery.position(of: token, by: Author(context)) == record.size - 1 else {
                throw BackupError(.conflict, "The preview is one of another moment. Preview this one.")
            }
            let outcome = try await access.recovery.restore(
                token,
                reason: body.reason ?? "",
                by: Author(context, key)
            )
            return .json(position: outcome.receipt.events.last?.position) {
                $0.object { writer in
                    writer.member("toPosition", outcome.toPosition)
                    writer.name("receipt")
                    outcome.receipt.write(to: &writer)
                }
            }
        }
    }
}
