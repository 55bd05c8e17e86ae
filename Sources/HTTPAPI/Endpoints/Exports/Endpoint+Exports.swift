import Access
import EventStore
import Exports
import HTTPTypes
import JSON

extension Endpoint {
    /// Reports made into files: asked for, looked at, taken away, sent and removed, and when more are made.
    package static func exports(_ access: ExportAccess) -> [Endpoint] {
        exportRequests(access) + exportSchedules(access) + exportFiles(access)
            + [
                listExports(access), listReports(access), getExport(access), removeExport(access), cancelExport(access),
                removeOldExports(access),
            ]
    }

    static let exportID = Path("exportId", .text(1...64), "The export.")

    /// `GET /exports`: the plan's getExportHistory.
    private static func listExports(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .get,
            "/exports",
            "List exports",
            details: "One's own, and with `exports:read` those of others: of the branches in which it is held.",
            tag: "exports",
            access: .signedIn,
            mayBeKept: false,
            inputs: Query<String?>("userId", .identifier, "Only those of this user."),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.exports, "Newest first."),
            problems: .unavailable
        ) { context, user, page in
            let records = try await access.service.exports(
                of: user,
                below: page.after?.position ?? .max,
                for: context.actor,
                rights: access.rights(context),
                limit: Int64(page.limit + 1)
            )
            let shown = Array(records.prefix(page.limit))
            return .listing(
                shown,
                .exports,
                page: page,
                next: records.count > page.limit
                    ? shown.last.map { PageCursor(position: $0.requestedPosition, asOf: nil) } : nil,
                position: nil,
                context
            )
        }
    }

    /// `GET /exports/reports`.
    private static func listReports(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .get,
            "/exports/reports",
            "List the reports that can be made into files",
            details: "Beside them tables of read models, by their names: `people.leave_requests`.",
            tag: "exports",
            access: .signedIn,
            outputs: .json(.ok, .object(.required("items", .array(of: .anyObject))), "By name.")
        ) { _ in
            .json { json in
                json.object { json in
                    json.member(
                        "items",
                        array: { json in for report in ExportReport.all { json.object { report.write(to: &$0) } } }
                    )
                }
            }
        }
    }

    /// `GET /exports/{exportId}`: the plan's getBatchExportStatus, and by `Accept` its downloadExportFile.
    private static func getExport(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .get,
            "/exports/{exportId}",
            "See how an export stands, or take its file away",
            details: """
                JSON says how it stands. A client that accepts another type, such as that of the file or \
                `application/octet-stream`, gets the file; browsers take it from `/exports/{exportId}/file`.
                """,
            tag: "exports",
            access: .signedIn,
            mayBeKept: false,
            inputs: exportID,
            RangeHeader(),
            outputs: .json(.ok, .anyObject, "How it stands."),
            Output(.ok, [.csv, .ndjson, .xlsx, .pdf, .octets], nil, "The file."),
            problems: .notFound,
            .conflict,
            .exportGone,
            .rangeNotSatisfiable,
            .unavailable
        ) { context, id, wish in
            let rights = try await access.rights(context)
            guard context.format == .json else {
                let offer = try await access.service.offer(id, to: context.actor, rights: rights)
                let own = MediaType(offer.record.order.format)
                guard context.format == own || context.format == .octets else {
                    throw Problem(.notAcceptable, "The file is \(own.name).")
                }
                return try await access.file(offer, wish, context, by: Author(context))
            }
            let record = try await access.service.export(id, for: context.actor, rights: rights)
            let mailings = try await access.service.mailings(of: id, for: context.actor, rights: rights)
            return .json { json in
                json.object { json in
                    record.write(to: &json)
                    if !mailings.isEmpty {
                        json.member(
                            "mailings",
                            array: { json in for mailing in mailings { json.object { mailing.write(to: &$0) } } }
                        )
                    }
                }
            }
        }
    }

    /// `DELETE /exports/{exportId}`.
    private static func removeExport(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/exports/{exportId}",
            "Remove an export",
            details:
                "Its file, or where it is not made yet, its place in the queue. That it was made stays in the log.",
            tag: "exports",
            access: .signedIn,
            inputs: exportID,
            Query<String?>("reason", .text(1...500), "Why; goes into the log."),
            outputs: .noContent("It is removed."),
            problems: .notFound,
            .forbidden,
            .conflict,
            .exportGone,
            .unavailable
        ) { context, id, reason in
            try await access.service.remove(id, reason: reason, by: Author(context), rights: access.rights(context))
            return .noContent
        }
    }

    /// `POST /exports/{exportId}/cancel`.
    private static func cancelExport(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .post,
            "/exports/{exportId}/cancel",
            "Call off an export that is not made yet",
            details: "One that is being made is stopped, its query too.",
            tag: "exports",
            access: .signedIn,
            inputs: exportID,
            OptionalBody(ExportReason.self),
            outputs: .noContent("It is not made any more."),
            problems: .notFound,
            .forbidden,
            .conflict,
            .unavailable
        ) { context, id, body in
            try await access.service.cancel(
                id,
                reason: body.reason,
                by: Author(context),
                rights: access.rights(context)
            )
            return .noContent
        }
    }

    /// `DELETE /exports`: the plan's deleteOldExports.
    private static func removeOldExports(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/exports",
            "Remove old exports",
            details:
                "Those past their time, which are removed by themselves too, and those made more than so many days ago.",
            tag: "exports",
            access: .permission(BuiltInPermission.manageExports.name),
            inputs: Query(required: "daysToKeep", .count(0...3_650), "For how many days files are kept."),
            outputs: .json(.ok, .object(.required("removed", .integer())), "How many were removed."),
            problems: .unavailable
        ) { context, days in
            let count = try await access.service.removeOld(
                keepingDays: days,
                by: Author(context),
                rights: access.rights(context)
            )
            return .json { $0.object { $0.member("removed", count) } }
        }
    }
}

extension Columns<ExportRecord> {
    /// An export.
    fileprivate static let exports = Columns(
        "Export",
        Column("exportId", .identifier) { .string($0.exportID) },
        Column("state", .string()) { .string($0.deletedAt == nil ? $0.state.rawValue : "deleted") },
        Column("ownerId", .identifier) { .string($0.ownerID) },
        Column("report", .string()) { .string($0.order.report) },
        Column("format", .string()) { .string($0.order.format.rawValue) },
        Column("branchId", .identifier) { .optional($0.order.branchID) },
        Column("fileName", .string()) { .string($0.fileName) },
        Column("batchId", .identifier) { .optional($0.batchID) },
        Column("scheduleId", .identifier) { .optional($0.scheduleID) },
        Column("requestedAt", .timestamp) { .timestamp($0.requestedAt) },
        Column("size", .integer().described("How many events of the log it takes in")) { .optional($0.size) },
        Column("rows", .integer()) { .optional($0.rows) },
        Column("percent", .integer()) { .optional($0.percent) },
        Column("bytes", .integer()) { .optional($0.file?.bytes) },
        Column("sha256", .string()) { .optional($0.file?.sha256) },
        Column("completedAt", .timestamp) { .optional($0.file?.completedAt) },
        Column("expiresAt", .timestamp) { .optional($0.file?.expiresAt) },
        Column("downloads", .integer().described("How often it was begun to be taken away")) { .integer($0.downloads) },
        Column("downloadedAt", .timestamp.described("When it, or any part of it, was last taken away")) {
            .optional($0.downloadedAt)
        },
        Column("reason", .string()) { .optional($0.failure ?? $0.cancelReason) }
    )
}
