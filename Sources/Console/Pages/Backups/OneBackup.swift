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
            PageQuery(Self.byItself, "content"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, query, head in
            // First: whoever sees that nothing is done any more sees what came of it.
            let progress = parts.backups.progress(of: id)
            let record = try await parts.backups.backup(id)
            let line = BackupLine(record, progress: progress)
            var values = line.values
            // All manifests of what it rests on are read for it: only where that is asked for, and not while something is done
            // and the page asks again and again.
            if record.state == .completed, !record.places.isEmpty, !line.isOpen {
                if query["content"] == nil {
                    values["hasMore"] = true
                } else {
                    values.merge(try await content(of: id)) { $1 }
                }
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

    /// How many links are shown at the beginning, and at the end, of a chain; one from shipping has thousands.
    static let shownLinks = 3

    /// The first and the last links of a chain, and how many lie between them: what the template makes a line of.
    static func links(_ chain: [String], of id: String) -> (first: [[String: Any]], left: Int, last: [[String: Any]]) {
        let left = max(0, chain.count - 2 * shownLinks)
        let shown = left > 0 ? Array(chain.prefix(shownLinks) + chain.suffix(shownLinks)) : chain
        let links: [[String: Any]] = shown.map { ["id": $0, "path": ConsolePaths.backup($0), "isThis": $0 == id] }
        let first = left > 0 ? shownLinks : links.count
        return (Array(links.prefix(first)), left, Array(links.dropFirst(first)))
    }

    private static func content(_ preview: BackupPreview) -> [String: Any] {
        let chain = links(preview.chain, of: preview.backupID)
        return [
            "firstLinks": chain.first, "lastLinks": chain.last,
            "leftLinks": chain.left > 0 ? Figure.grouped(Int64(chain.left)) as Any : false,
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
