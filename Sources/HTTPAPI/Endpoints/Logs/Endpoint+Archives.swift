import Access
import EventStore
import HTTPTypes
import JSON
import Monitoring
import Time

extension Endpoint {
    /// Retention: archiving and clearing.
    static func archives(_ access: LogsAccess) -> [Endpoint] {
        let details = """
            Writes the payloads of log entries, requests, health checks and of who looked at what to files, reads these \
            back, and then takes the payloads out of the database. Each kind is kept for its retention whatever is asked \
            for. Headers, digests and leaves stay: proofs and verification go on to hold. Personal text is not archived, \
            and goes.
            """
        return [
            archiveLogs(.post, details, access), archiveLogs(.delete, details, access), listArchives(access),
            clearLogs(access),
        ]
    }

    /// `POST /logs/archive`, and `DELETE /logs/archive` by the plan's name: archives old logs.
    private static func archiveLogs(_ method: HTTPRequest.Method, _ details: String, _ access: LogsAccess) -> Endpoint {
        Endpoint(
            method,
            "/logs/archive",
            "Archive old logs",
            details: details,
            tag: "logs",
            access: .permission(BuiltInPermission.archiveLogs.name),
            inputs: Query("olderThanDays", .count(1...36_500), default: 30, "Recorded more than so many days ago."),
            Query("release", .boolean, default: true, "Whether the payloads are taken out of the database."),
            outputs: .json(.ok, outcomeSchema, "What was done."),
            problems: .unavailable
        ) { context, days, releases in
            reply(
                try await access.archive.archive(
                    olderThanDays: days,
                    releases: releases,
                    by: Author(context)
                )
            )
        }
    }

    /// `DELETE /logs`: takes archived payloads out of the database.
    private static func clearLogs(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/logs",
            "Clear old logs",
            details:
                "What is not archived is kept, and the request refused, unless `confirm` says the words of the refusal.",
            tag: "logs",
            access: .permission(BuiltInPermission.clearLogs.name),
            inputs: Query("olderThanDays", .count(1...36_500), default: 30, "Recorded more than so many days ago."),
            Query<String?>(
                "confirm",
                .text(1...200),
                "The words by which payloads are given up that are not archived."
            ),
            outputs: .json(.ok, outcomeSchema, "What was done."),
            problems: .conflict,
            .unavailable
        ) { context, days, words in
            reply(
                try await access.archive.clear(olderThanDays: days, words: words, by: Author(context))
            )
        }
    }

    /// `GET /logs/archive`: which archives there are.
    private static func listArchives(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/logs/archive",
            "List archives",
            tag: "logs",
            access: .permission(BuiltInPermission.archiveLogs.name),
            inputs: AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.archives, "Newest first."),
            problems: .unavailable
        ) { context, asOf, page in
            let size = try await access.size(asOf: asOf, cursor: page.after)
            let rows = try await access.monitoring.reader.archives(
                below: page.after?.position ?? .max,
                size: size,
                limit: page.limit + 1
            )
            let shown = Array(rows.prefix(page.limit))
            return .listing(
                shown,
                .archives,
                page: page,
                next: rows.count > page.limit ? shown.last.map { PageCursor(position: $0.position, asOf: size) } : nil,
                position: Reply.position(ofSize: size),
                context
            )
        }
    }

    private static let outcomeSchema = Schema.object(
        .required("archived", .integer().described("Payloads written to files")),
        .required("released", .integer().described("Payloads taken out of the database")),
        .required("archives", .array(of: .identifier)),
        .required(
            "cutoffs",
            .object(.optional("operational", .timestamp), .optional("audit", .timestamp))
                .described("Nothing recorded later was touched")
        )
    )

    private static func reply(_ outcome: ArchiveOutcome) -> Reply {
        .json(position: outcome.position) {
            $0.object { writer in
                writer.member("archived", outcome.archived)
                writer.member("released", outcome.released)
                writer.member("archives", outcome.archives.map(\.archiveID))
                writer.member(
                    "cutoffs",
                    object: { writer in
                        for (kind, time) in outcome.cutoffs.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                            writer.member(kind.rawValue, time)
                        }
                    }
                )
            }
        }
    }
}

extension Columns<ArchiveRecord> {
    /// An archive.
    fileprivate static let archives = Columns(
        "Archive",
        Column("archiveId", .identifier) { .string($0.archiveID) },
        Column("position", .position) { .integer($0.position) },
        Column("types", .array(of: .string())) { record in
            var writer = JSONWriter()
            writer.value(record.types)
            return .json(writer.bytes)
        },
        Column("fromPosition", .position) { .integer($0.fromPosition) },
        Column("toPosition", .position) { .integer($0.toPosition) },
        Column("events", .integer()) { .integer($0.events) },
        Column("released", .integer()) { .integer($0.released) },
        Column("segments", .integer()) { .integer($0.segments) },
        Column("bytes", .integer()) { .optional($0.bytes) },
        Column("manifestDigest", .string()) { .string($0.manifestDigest) },
        Column("encrypted", .boolean) { .boolean($0.isEncrypted) },
        Column("archivedAt", .timestamp) { .timestamp($0.archivedAt) },
        Column("archivedBy", .identifier) { .string($0.archivedBy) }
    )
}
