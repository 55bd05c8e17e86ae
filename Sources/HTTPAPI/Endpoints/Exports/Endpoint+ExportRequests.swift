import Access
import EventStore
import Exports
import HTTPTypes
import JSON

extension Endpoint {
    /// Having reports made into files. The plan's exportStudentReportToPDF, exportAttendanceToPDF and exportFeesReportToPDF;
    /// exportStudentsToExcel, exportTeachersToExcel, exportAttendanceToExcel, exportFeesDataToExcel and
    /// exportTransactionHistoryToExcel; exportDataToCSV and exportAnalyticsToCSV.
    static func exportRequests(_ access: ExportAccess) -> [Endpoint] {
        [
            makeExport(
                access,
                "/exports/pdf",
                "Have a report made into a PDF",
                "A tagged PDF of a report, for example of a student, of attendance in a branch, or of the fees of a course.",
                PDFFormat.self
            ),
            makeExport(
                access,
                "/exports/excel",
                "Have a report made into a spreadsheet",
                """
                A workbook (XLSX) of a report, for example of students, teachers, attendance, fees or transactions, with numbers \
                and days as such.
                """,
                ExcelFormat.self
            ),
            makeExport(
                access,
                "/exports/csv",
                "Have a report, or a table of a read model, made into CSV or NDJSON",
                "A report, figures over time, or the rows of a table by its name, as lines of text for other programs.",
                TextFormat.self
            ),
            makeBatch(access), getBatch(access),
        ]
    }

    private static let asked = Schema.object(
        .optional("batchId", .identifier),
        .required("exportIds", .array(of: .identifier)),
        .required("receipt", Receipt.schema)
    )

    private static func makeExport<Format: NamedFormat>(
        _ access: ExportAccess,
        _ path: PathTemplate,
        _ summary: String,
        _ details: String,
        _: Format.Type
    ) -> Endpoint {
        Endpoint(
            .post,
            path,
            summary,
            details: details
                + " Made with the rights of whoever asks, by row, as they are when it is made; `GET /exports/{exportId}` says"
                + " how far it is.",
            tag: "exports",
            access: .permission(BuiltInPermission.createExports.name, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(ExportToMake<Format>.self),
            outputs: .json(.accepted, asked, "It waits for its turn."),
            problems: .exportTooLarge,
            .idempotencyKeyReused,
            .tooManyRequests,
            .unavailable
        ) { context, key, body in
            try await context.require(
                BuiltInPermission.createExports.name,
                in: body.order.branchID.map { .branch($0) } ?? .anywhere
            )
            let made = try await access.service.request(
                body.order,
                by: Author(context, key),
                rights: access.rights(context)
            )
            return .asked(made).located(at: "/exports/\(made.exportIDs.first ?? "")")
        }
    }

    /// `POST /exports/batch`: the plan's scheduleBatchExport.
    private static func makeBatch(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .post,
            "/exports/batch",
            "Have several reports made into files, at once or not before a time",
            details: "All of them are asked for, or none.",
            tag: "exports",
            access: .permission(BuiltInPermission.createExports.name, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(BatchToMake.self),
            outputs: .json(.accepted, asked, "They wait for their turn."),
            problems: .exportTooLarge,
            .idempotencyKeyReused,
            .tooManyRequests,
            .unavailable
        ) { context, key, body in
            try await context.require(BuiltInPermission.createExports.name, in: .anywhere)
            let made = try await access.service.requestBatch(
                body.orders,
                notBefore: body.notBefore,
                by: Author(context, key),
                rights: access.rights(context)
            )
            return .asked(made).located(at: "/exports/batch/\(made.batchID ?? "")")
        }
    }

    /// `GET /exports/batch/{batchId}`.
    private static func getBatch(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .get,
            "/exports/batch/{batchId}",
            "See how a batch of exports stands",
            tag: "exports",
            access: .signedIn,
            mayBeKept: false,
            inputs: Path("batchId", .text(1...64), "The batch."),
            outputs: .json(.ok, .anyObject, "The batch and its exports."),
            problems: .notFound,
            .unavailable
        ) { context, id in
            let batch = try await access.service.batch(id, for: context.actor, rights: access.rights(context))
            return .json { $0.object { batch.write(to: &$0) } }
        }
    }
}

extension Reply {
    fileprivate static func asked(_ made: RequestedExports) -> Reply {
        .json(.accepted, position: made.receipt.events.last?.position) { json in
            json.object { json in
                if let batch = made.batchID { json.member("batchId", batch) }
                json.member("exportIds", made.exportIDs)
                json.name("receipt")
                made.receipt.write(to: &json)
            }
        }
    }
}
