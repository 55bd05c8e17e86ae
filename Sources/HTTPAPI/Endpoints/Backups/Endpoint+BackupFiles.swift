import Access
import Backups
import EventStore
import HTTPTypes
import JSON

extension Endpoint {
    // The files of backups: copied, taken away, counted, and removed by a rule.

    /// `POST /backups/{backupId}/copy`.
    static func copyBackup(_ access: BackupAccess) -> Endpoint {
        Endpoint(
            .post,
            "/backups/{backupId}/copy",
            "Copy a backup into another repository",
            details: """
                What is there already is not sent again. With `wait=false` it goes on by itself: `GET /backups/{backupId}` says how \
                far it is and, once all of it is there, names the repository among its places.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.manageBackups.name),
            inputs: backupID,
            waits,
            JSONBody(BackupTarget.self),
            outputs: .json(.ok, .object(.required("bytes", .integer())), "All of it is there."),
            begun,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { context, id, waits, body in
            guard waits else {
                try await access.backups.startCopy(id, to: body.repository, by: Author(context))
                return .json(.accepted) { $0.object { $0.member("backupId", id) } }
            }
            let bytes = try await access.backups.copy(id, to: body.repository, by: Author(context))
            return .json { $0.object { $0.member("bytes", bytes) } }
        }
    }

    /// `GET /backups/{backupId}/download`, and what pages lead to.
    package static func downloadBackup(_ access: BackupAccess, at path: PathTemplate) -> Endpoint {
        Endpoint(
            .get,
            path,
            "Download a backup",
            details: """
                Its files as a tar archive (POSIX ustar), the manifest last. That it was taken away is recorded before the \
                first byte.
                """,
            tag: "backups",
            access: .permission(BuiltInPermission.downloadBackups.name),
            mayBeKept: false,
            inputs: backupID,
            outputs: Output(.ok, [.octets], nil, "The archive."),
            problems: .notFound,
            .unavailable
        ) { context, id in
            // What can be refused is refused before the answer begins.
            try await access.backups.requireReadable(id)
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
    static func backupStorage(_ access: BackupAccess) -> Endpoint {
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
    static func pruneBackups(_ access: BackupAccess) -> Endpoint {
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
            return .json { $0.object { pruning.write(isDryRun: body.isDryRun, to: &$0) } }
        }
    }
}
