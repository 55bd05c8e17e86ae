import Access
import EventStore
import Exports
import HTTPAPI

extension ConsoleSite {
    /// One export, and what is done with it.
    var oneExportPages: [Endpoint] { [exportPage, cancelExport, removeExport] }

    private static let exportID = Path("exportId", .text(1...64), "The export.")

    /// `GET /console/exports/{exportId}`: how it stands, and how its file is verified.
    private var exportPage: Endpoint {
        Endpoint(
            .get,
            "/console/exports/{exportId}",
            "Show an export",
            tag: "console",
            access: .signedIn,
            mayBeKept: false,
            inputs: Self.exportID,
            PageQuery(Self.byItself),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, _, head in
            let rights = try await parts.exports.rights(context)
            let record = try await parts.exports.service.export(id, for: context.actor, rights: rights)
            let mailings = try await parts.exports.service.mailings(of: id, for: context.actor, rights: rights)
            var values = ExportLine(record, reader: context.actor, at: context.now).values
            values.merge(ExportLine.facts(record)) { $1 }
            values["mailings"] = mailings.map { mailing in
                ["recipient": mailing.recipient ?? "somebody", "state": mailing.outcome]
            }
            let mayManage =
                record.ownerID == context.actor || rights.holds(ExportService.managePermission, in: record.branchID)
            values["mayCancel"] = mayManage && record.isOpen
            values["mayRemove"] = mayManage && !record.isOpen && record.deletedAt == nil
            values["mayReadEvents"] = try await context.allows(BuiltInPermission.readEvents.name, in: .anywhere)
            return try await page("export", values, at: "exports", context, head)
        }
    }

    /// `POST /console/exports/{exportId}/cancel`.
    private var cancelExport: Endpoint {
        Endpoint(
            .post,
            "/console/exports/{exportId}/cancel",
            "Call off an export that is not made yet",
            tag: "console",
            access: .signedIn,
            inputs: Self.exportID,
            FormBody("form"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .forbidden,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            _ = try await parts.exports.service.cancel(
                id,
                by: Author(context),
                rights: parts.exports.rights(context)
            )
            return PageReply.seeOther(ConsolePaths.export(id))
        }
    }

    /// `POST /console/exports/{exportId}/remove`.
    private var removeExport: Endpoint {
        Endpoint(
            .post,
            "/console/exports/{exportId}/remove",
            "Remove the file of an export",
            tag: "console",
            access: .signedIn,
            inputs: Self.exportID,
            FormBody("form"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .forbidden,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            _ = try await parts.exports.service.remove(
                id,
                by: Author(context),
                rights: parts.exports.rights(context)
            )
            return PageReply.seeOther(ConsolePaths.export(id))
        }
    }
}
