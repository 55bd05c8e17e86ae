import Exports
import HTTPAPI

extension ConsoleSite {
    /// Reports made into files: those that there are, one of them, and another.
    var exportPages: [Endpoint] { [exportList, exportFile] + newExportPages + oneExportPages }

    private static let pageLength: Int64 = 30

    /// `GET /console/exports`: the reader's own, and those of others where they may be seen.
    private var exportList: Endpoint {
        Endpoint(
            .get,
            "/console/exports",
            "Show exports",
            tag: "console",
            access: .signedIn,
            mayBeKept: false,
            inputs: Query<Int64?>("before", .position, "Only those that were asked for before this position."),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, before, head in
            let rights = try await parts.exports.rights(context)
            let records = try await parts.exports.service.exports(
                below: before ?? .max,
                for: context.actor,
                rights: rights,
                limit: Self.pageLength + 1
            )
            let shown = records.prefix(Int(Self.pageLength))
            var values: [String: Any] = [
                "lines": shown.map { ExportLine($0, reader: context.actor, at: context.now).values },
                "isEmpty": shown.isEmpty,
                "isOpen": shown.contains(where: \.isOpen),
                "isContinued": before != nil,
                "mayCreate": rights.branches(ExportService.createPermission)?.isEmpty != true,
                "reports": ReportChoice.all(rights).map { $0.values(chosen: nil) },
            ]
            if records.count > shown.count, let last = shown.last {
                values["next"] = "\(ConsolePaths.exports)?before=\(last.requestedPosition)"
            }
            return try await page("exports", values, at: "exports", context, head)
        }
    }

    /// `GET /console/exports/{exportId}/file`: what the API gives out under `/exports/{exportId}/file`, for whoever is signed
    /// in here.
    private var exportFile: Endpoint {
        .download(parts.exports, at: "/console/exports/{exportId}/file").answering(PageReply.guarded)
    }
}
