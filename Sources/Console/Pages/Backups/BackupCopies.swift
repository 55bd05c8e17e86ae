import Access
import Backups
import EventStore
import HTTPAPI
import JSON

extension ConsoleSite {
    /// Where a backup is: copied into another repository, or removed from one.
    var backupCopyPages: [Endpoint] { [copyBackup, removeBackup] }

    /// `POST /console/backups/{backupId}/copy`: begins a copy, which goes on by itself.
    private var copyBackup: Endpoint {
        Endpoint(
            .post,
            "/console/backups/{backupId}/copy",
            "Copy a backup into another repository",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: Self.backupID,
            FormBody("form", "repository"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            try await parts.backups.startCopy(id, to: form["repository"] ?? "", by: Author(context))
            return PageReply.seeOther(ConsolePaths.backup(id))
        }
    }

    /// `POST /console/backups/{backupId}/remove`: removes it for good, once its name was typed.
    private var removeBackup: Endpoint {
        Endpoint(
            .post,
            "/console/backups/{backupId}/remove",
            "Remove a backup from a repository",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: Self.backupID,
            FormBody("form", "repository", "confirmation", "reason"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            guard form["confirmation"] == id else {
                throw Problem(.badRequest, "Nothing was removed: to confirm it, type the name of the backup, \(id).")
            }
            let reason = form["reason"].flatMap { $0.isEmpty ? nil : $0 }
            if let reason, let problem = StringRule(1...500, .text).problem(in: reason) {
                throw Problem(.badRequest, "Why it is removed: \(problem)")
            }
            try await parts.backups.remove(id, from: form["repository"], reason: reason, by: Author(context))
            return PageReply.seeOther(ConsolePaths.backup(id))
        }
    }
}
