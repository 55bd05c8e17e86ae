import Access
import Backups
import EventStore
import Events
import HTTPAPI

extension ConsoleSite {
    /// One backup, and what is done with it.
    var oneBackupPages: [Endpoint] { [backupPage, backupFile, verifyBackup, rehearseBackup, cancelBackup] }

    static let backupID = Path("backupId", .text(1...64), "The backup.")

    /// `GET /console/backups/{backupId}`: what is in it, what it rests on, and what was found when it was looked at.
    private var backupPage: Endpoint {
        Endpoint(
            .get,
            "/console/backups/{backupId}",
            "Show a backup",
            tag: "console",
            access: .permission(BuiltInPermission.readBackups.name),
            mayBeKept: false,
            inputs: Self.backupID,
            PageQuery(Self.byItself),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, _, head in
            // First: whoever sees that nothing is done any more sees what came of it.
            let progress = parts.backups.progress(of: id)
            let record = try await parts.backups.backup(id)
            let line = BackupLine(record, progress: progress)
            var values = line.values
            // Reading what is in it takes long, and while something is done a page asks again and again.
            if record.state == .completed, !record.places.isEmpty, !line.isOpen {
                values.merge(try await content(of: id)) { $1 }
            }
            values["mayDownload"] = Navigation(parts).holds([.downloadBackups], context)
            values["mayManage"] = Navigation(parts).holds([.manageBackups], context)
            let repositories = parts.backups.repositories.map(\.name)
            let copyable = repositories.filter { !record.places.contains($0) }
            values["copyable"] = copyable
            values["isCopyable"] = !copyable.isEmpty
            values["removable"] = repositories.filter(record.places.contains)
            values["mayPreview"] = Navigation(parts).holds([.previewRecovery], context)
            return try await page("backup", values, at: "backups", context, head)
        }
    }

    /// `GET /console/backups/{backupId}/file`: what the API gives out under `/backups/{backupId}/download`, for whoever is
    /// signed in here.
    private var backupFile: Endpoint {
        .downloadBackup(parts.copies, at: "/console/backups/{backupId}/file").answering(PageReply.guarded)
    }

    private func content(of id: String) async throws -> [String: Any] {
        do {
            return ["content": Self.content(try await parts.backups.preview(id))]
        } catch let error as BackupError {
            return ["missing": error.message]
        } catch let error as CancellationError {
            throw error
        } catch {
            return ["missing": "What is in it cannot be read now."]
        }
    }

    private static func content(_ preview: BackupPreview) -> [String: Any] {
        [
            "chain": preview.chain.map {
                ["id": $0, "path": ConsolePaths.backup($0), "isThis": $0 == preview.backupID]
            },
            "origin": preview.origin, "total": Figure.grouped(preview.size), "allBytes": Figure.bytes(preview.bytes),
            "people": Figure.grouped(preview.people), "branches": Figure.grouped(preview.branches),
            "firstAt": preview.firstRecordedAt.map { Figure.moment($0) as Any } ?? false,
            "lastAt": preview.lastRecordedAt.map { Figure.moment($0) as Any } ?? false,
            "types": counts(preview.types), "newer": counts(preview.newer), "hasNewer": !preview.newer.isEmpty,
            "newerCount": Figure.grouped(preview.newer.values.reduce(0, +)),
        ]
    }

    /// The most frequent first.
    private static func counts(_ types: [EventType: Int64]) -> [[String: String]] {
        types.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map { type, count in
            ["type": type.rawValue, "title": EventLine.title(of: type.rawValue), "count": Figure.grouped(count)]
        }
    }

    /// `POST /console/backups/{backupId}/verify`.
    private var verifyBackup: Endpoint {
        Endpoint(
            .post,
            "/console/backups/{backupId}/verify",
            "Verify a backup",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: Self.backupID,
            FormBody("form", "depth"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            guard let depth = BackupReport.Depth(rawValue: form["depth"] ?? "") else {
                throw Problem(.badRequest, "A verification is quick or full.")
            }
            try await parts.backups.startVerification(id, depth, by: Author(context))
            return PageReply.seeOther(ConsolePaths.backup(id))
        }
    }

    /// `POST /console/backups/{backupId}/rehearse`.
    private var rehearseBackup: Endpoint {
        Endpoint(
            .post,
            "/console/backups/{backupId}/rehearse",
            "Rehearse a restore of a backup",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: Self.backupID,
            FormBody("form"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            _ = try await parts.backups.startRehearsal(id, by: Author(context))
            return PageReply.seeOther(ConsolePaths.backup(id))
        }
    }

    /// `POST /console/backups/{backupId}/cancel`.
    private var cancelBackup: Endpoint {
        Endpoint(
            .post,
            "/console/backups/{backupId}/cancel",
            "Stop what is done with a backup",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: Self.backupID,
            FormBody("form"),
            RequestHead(),
            outputs: .page,
            problems: .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            try await parts.backups.cancel(id, by: Author(context))
            return PageReply.seeOther(ConsolePaths.backup(id))
        }
    }
}
