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
            downloadBackup(access), restoreBackup(access),
        ] + backupSchedules(access)
    }

    static let backupID = Path("backupId", .text(1...64), "The backup.")

    /// `POST /backups/create`.
    private static func createBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/create",
            "Make a backup",
            details: """
                It is made while the log goes on; `GET /backups/{backupId}` says how far it is. Every event is hashed on \
                the way, and of a log that was altered there is no backup.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: IdempotencyHeader(),
            JSONBody(BackupToMake.self),
            outputs: .json(.accepted, .object(.required("backupId", .identifier)), "It has begun."),
            problems: .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
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
            let record = try await access.backups.backup(id)
            let progress = access.backups.progress(of: id)
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

    /// `GET /backups/{backupId}/preview`.
    private static func previewBackup(_ access: BackupAccess) -> Endpoint {
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
    private static func verifyBackup(_ access: BackupAccess) -> Endpoint {
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
            return .json { json in
                json.object { json in
                    json.member("backupId", report.backupID)
                    json.member("depth", report.depth.rawValue)
                    json.member("sound", report.isSound)
                    json.member("files", report.files)
                    json.member("events", report.events)
                    json.member(
                        "findings",
                        array: { json in
                            for finding in report.findings {
                                json.object { json in
                                    json.member("backupId", finding.backupID)
                                    if let file = finding.file { json.member("file", file) }
                                    if let position = finding.position { json.member("position", position) }
                                    json.member("message", finding.message)
                                }
                            }
                        }
                    )
                }
            }
        }
    }

    /// `POST /backups/{backupId}/cancel`.
    private static func cancelBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/{backupId}/cancel",
            "Stop a backup that is being made",
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            outputs: .noContent("It is being stopped; what was written is removed."),
            problems: .conflict,
            .unavailable
        ) { context, id in
            try access.backups.cancel(id)
            return .noContent
        }
    }

    /// `POST /backups/{backupId}/copy`.
    private static func copyBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/{backupId}/copy",
            "Copy a backup into another repository",
            details: "What is there already is not sent again.",
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            JSONBody(BackupTarget.self),
            outputs: .json(.ok, .object(.required("bytes", .integer())), "All of it is there."),
            problems: .notFound,
            .conflict,
            .unavailable
        ) { context, id, body in
            let bytes = try await access.backups.copy(id, to: body.repository, by: Author(context))
            return .json { $0.object { $0.member("bytes", bytes) } }
        }
    }

    /// `GET /backups/{backupId}/download`.
    private static func downloadBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .get,
            "/backups/{backupId}/download",
            "Download a backup",
            details: """
                Its files as a tar archive (POSIX ustar), the manifest last. That it was taken away is recorded before the \
                first byte.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.downloadBackups.name),
            inputs: backupID,
            outputs: Output(.ok, [.octets], nil, "The archive."),
            problems: .notFound,
            .unavailable
        ) { context, id in
            // What can be refused is refused before the answer begins.
            _ = try await access.backups.preview(id)
            let author = Author(context)
            var reply = Reply(
                .ok,
                .stream { writer in
                    try await access.backups.download(id, by: author) { name, bytes in
                        writer.json.bytes.append(contentsOf: TarEntry.bytes("\(id)/\(name)", bytes))
                        try await writer.flushIfLarge()
                    }
                    writer.json.bytes.append(contentsOf: TarEntry.end)
                },
                .octets,
                position: nil
            )
            reply.headers[.contentDisposition] = "attachment; filename=\"\(id).tar\""
            return reply
        }
    }

    /// `GET /backups/storage`.
    private static func backupStorage(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .get,
            "/backups/storage",
            "See how much is in the repositories",
            tag: "backups",
            access: .permission(BuiltInPermission.readBackups.name),
            outputs: .json(.ok, .object(.required("repositories", .array(of: .anyObject))), "As it is found there."),
            problems: .unavailable
        ) { _ in
            let all = try await access.backups.storageStatistics()
            return .json { json in
                json.object { json in
                    json.member(
                        "repositories",
                        array: { json in
                            for each in all {
                                json.object { json in
                                    json.member("repository", each.repository)
                                    json.member("backups", each.backups)
                                    json.member("unfinished", each.unfinished)
                                    json.member("bytes", each.bytes)
                                }
                            }
                        }
                    )
                }
            }
        }
    }

    /// `POST /backups/prune`.
    private static func pruneBackups(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/prune",
            "Remove backups that a rule does not keep",
            details: "What any part of the rule keeps is kept, with all that it rests on; the newest always is.",
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: JSONBody(BackupsToKeep.self),
            outputs: .json(.ok, .anyObject, "What went, or would go."),
            problems: .notFound,
            .unavailable
        ) { context, body in
            let pruning = try await access.backups.prune(
                body.retention,
                in: body.repository,
                isDryRun: body.isDryRun,
                by: Author(context)
            )
            return .json { json in
                json.object { json in
                    json.member("dryRun", body.isDryRun)
                    json.member("removed", pruning.removed)
                    json.member("bytes", pruning.bytes)
                    json.member("inUse", pruning.inUse)
                    json.member("unfinished", pruning.unfinished)
                }
            }
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

extension Author {
    /// Whoever makes a request.
    init(_ context: RequestContext, _ key: HTTPAPI.IdempotencyKey? = nil) {
        self.init(
            id: context.actor,
            correlationID: context.correlationID,
            idempotency: key.map { .init(scope: $0.scope, key: $0.key, requestDigest: $0.requestDigest.bytes) }
        )
    }
}
