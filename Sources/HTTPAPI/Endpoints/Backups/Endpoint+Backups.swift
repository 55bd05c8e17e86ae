import Access
import Backups
import EventStore
import HTTPTypes
import JSON

extension Endpoint {
    /// Copies of the log: made, looked at, checked, copied, taken away and removed.
    package static func backups(_ access: BackupAccess) -> [Endpoint] {
        [
            createBackup(access), listBackups(access), backupStorage(access), pruneBackups(access), getBackup(access),
            removeBackup(access), previewBackup(access), verifyBackup(access), cancelBackup(access), copyBackup(access),
            downloadBackup(access, at: "/backups/{backupId}/download"), restoreBackup(access), rehearseBackup(access),
        ] + backupSchedules(access)
    }

    static let backupID = Path("backupId", .text(1...64), "The backup.")
    static let waits = Query("wait", .boolean, default: true, "Whether the answer comes once it is done.")
    static let begun = Output.json(.accepted, .object(.required("backupId", .identifier)), "It has begun.")

    /// `POST /backups/create`.
    private static func createBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/create",
            "Make a backup",
            details: """
                It is made while the log goes on; `GET /backups/{backupId}` says how far it is. Every event is hashed on \
                the way, and of a log that was altered there is no backup. Only administrators have the keys put in that sign \
                the log.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: IdempotencyHeader(),
            JSONBody(BackupToMake.self),
            outputs: begun,
            problems: .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            if body.order.escrowsKeys {
                // Who has the keys can sign any log: only who could do all of it anyway may have them put in.
                for permission in BuiltInPermission.administration {
                    try await context.require(permission.name, in: .institution)
                }
            }
            let id = try await access.backups.start(body.order, by: Author(context, key))
            return .json(.accepted) { $0.object { $0.member("backupId", id) } }
        }
    }

    /// `GET /backups`.
    private static func listBackups(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .get,
            "/backups",
            "List backups",
            tag: "backups",
            access: .permission(BuiltInPermission.readBackups.name),
            inputs: Query("available", .boolean, default: false, "Only those that can be had."),
            Query<String?>("repository", .text(1...60), "Only those in this repository."),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.backups, "Newest first."),
            problems: .unavailable
        ) { context, available, repository, page in
            let records = try await access.backups.backups(
                below: page.after?.position ?? .max,
                in: repository,
                onlyPresent: available,
                limit: Int64(page.limit + 1)
            )
            let shown = Array(records.prefix(page.limit))
            return .listing(
                shown,
                .backups,
                page: page,
                next: records.count > page.limit
                    ? shown.last.map { PageCursor(position: $0.startedPosition, asOf: nil) } : nil,
                position: nil,
                context
            )
        }
    }

    /// `GET /backups/{backupId}`.
    private static func getBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .get,
            "/backups/{backupId}",
            "Get a backup",
            details: "What became of it, what is in it, and while it is being made, how far it is.",
            tag: "backups",
            access: .permission(BuiltInPermission.readBackups.name),
            inputs: backupID,
            outputs: .json(.ok, .anyObject, "The backup."),
            problems: .notFound,
            .unavailable
        ) { context, id in
            // First: whoever sees that nothing is done any more sees what came of it.
            let progress = access.backups.progress(of: id)
            let record = try await access.backups.backup(id)
            return .json { json in
                json.object { json in
                    record.write(to: &json)
                    if let progress {
                        json.member(
                            "progress",
                            object: { json in
                                json.member("stage", progress.stage)
                                json.member("done", progress.done)
                                json.member("total", progress.total)
                            }
                        )
                    }
                }
            }
        }
    }

    /// `DELETE /backups/{backupId}`.
    private static func removeBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/backups/{backupId}",
            "Remove a backup",
            details: "Refused while another one rests on it, or it is in use.",
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            Query<String?>("repository", .text(1...60), "From which repository; the first that has it if left out."),
            Query<String?>("reason", .text(1...500), "Why; goes into the log."),
            outputs: .noContent("It is removed."),
            problems: .notFound,
            .conflict,
            .unavailable
        ) { context, id, repository, reason in
            try await access.backups.remove(id, from: repository, reason: reason, by: Author(context))
            return .noContent
        }
    }

    /// `POST /backups/{backupId}/cancel`.
    private static func cancelBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/{backupId}/cancel",
            "Stop a backup that is being made, or what is done with one",
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            outputs: .noContent("It is being stopped; what was made for it is removed."),
            problems: .conflict,
            .unavailable
        ) { context, id in
            try await access.backups.cancel(id, by: Author(context))
            return .noContent
        }
    }
}

extension Columns<BackupRecord> {
    /// A backup.
    fileprivate static let backups = Columns(
        "Backup",
        Column("backupId", .identifier) { .string($0.backupID) },
        Column("kind", .string()) { .string($0.kind.rawValue) },
        Column("state", .string()) { .string($0.state.rawValue) },
        Column("repository", .string()) { .string($0.repository) },
        Column("fromPosition", .position) { .integer($0.from) },
        Column("size", .position) { .integer($0.size) },
        Column("startedAt", .timestamp) { .timestamp($0.startedAt) },
        Column("startedBy", .identifier) { .string($0.startedBy) },
        Column("bytes", .integer()) { .optional($0.bytes) },
        Column("encrypted", .boolean) { $0.isEncrypted.map { .boolean($0) } ?? .null },
        Column("sound", .boolean) { $0.isSound.map { .boolean($0) } ?? .null }
    )
}
