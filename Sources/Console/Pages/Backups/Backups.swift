import Access
import Backups
import EventStore
import HTTPAPI
import JSON

extension ConsoleSite {
    /// Backups, one of them, and going back to a moment.
    var backupPages: [Endpoint] {
        [backupList, makeBackup] + backupSchedulePages + oneBackupPages + backupCopyPages + restorePages
    }

    private static let pageLength: Int64 = 30

    /// `GET /console/backups`: repositories, and what is in them.
    private var backupList: Endpoint {
        Endpoint(
            .get,
            "/console/backups",
            "Show backups",
            tag: "console",
            access: .permission(BuiltInPermission.readBackups.name),
            mayBeKept: false,
            inputs: Query<Int64?>("before", .position, "Only those that were begun before this position."),
            PageQuery("count"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, before, query, head in
            let service = parts.backups
            let isCounted = query["count"] != nil
            let records = try await service.backups(below: before ?? .max, limit: Self.pageLength + 1)
            let shown = records.prefix(Int(Self.pageLength))
            let lines = shown.map { BackupLine($0, progress: service.progress(of: $0.backupID)) }
            var values: [String: Any] = [
                "lines": lines.map(\.values), "isEmpty": lines.isEmpty, "isOpen": lines.contains(where: \.isOpen),
                "isContinued": before != nil, "isCounted": isCounted,
                "mayMake": Navigation(parts).holds([.manageBackups], context),
                "mayPreview": Navigation(parts).holds([.previewRecovery], context),
                "repositories": await repositories(counted: isCounted),
                // The first one has none to go on from.
                "isFirst": !records.contains { $0.state == .completed && !$0.places.isEmpty },
                "hasRepositories": !service.repositories.isEmpty,
                "hasNoKey": service.keys.secrets.isEmpty && !service.allowsPlain,
            ]
            if records.count > shown.count, let last = shown.last {
                values["nextPage"] = "\(ConsolePaths.backups)?before=\(last.startedPosition)"
            }
            return try await page("backups", values, at: "backups", context, head)
        }
    }

    /// Each repository, with what is in it where that is asked for.
    private func repositories(counted: Bool) async -> [[String: Any]] {
        let statistics = counted ? try? await parts.backups.storageStatistics() : nil
        return parts.backups.repositories.map { storage in
            let found = statistics?.first { $0.repository == storage.name }
            return [
                "name": storage.name, "place": storage.place,
                "count": found.map { Figure.grouped($0.backups) as Any } ?? false,
                "unfinished": found.map { Figure.grouped($0.unfinished) as Any } ?? false,
                "bytes": found.map { Figure.bytes($0.bytes) as Any } ?? false,
                "isUnknown": counted && found == nil,
            ]
        }
    }

    /// `POST /console/backups`: begins one, which goes on by itself.
    private var makeBackup: Endpoint {
        Endpoint(
            .post,
            "/console/backups",
            "Make a backup",
            tag: "console",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: FormBody("form", "once", "kind", "repository", "description"),
            RequestHead(),
            outputs: .page,
            problems: .conflict,
            .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            guard let kind = BackupManifest.Kind(rawValue: form["kind"] ?? "") else {
                throw Problem(.badRequest, "A backup is full or incremental.")
            }
            let description = form["description"].flatMap { $0.isEmpty ? nil : $0 }
            if let description, let problem = StringRule(1...500, .text).problem(in: description) {
                throw Problem(.badRequest, "What is said of the backup: \(problem)")
            }
            let order = BackupOrder(
                kind,
                repository: form["repository"].flatMap { $0.isEmpty ? nil : $0 },
                summary: description
            )
            let filled = ["kind", "repository", "description"].map { form[$0] ?? "" }
            let author = Author(context, once: form["once"] ?? "", ["backup"] + filled)
            let id = try await parts.backups.start(order, by: author)
            return PageReply.seeOther(ConsolePaths.backup(id))
        }
    }
}
