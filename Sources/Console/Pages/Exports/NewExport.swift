import Access
import EventStore
import Exports
import HTTPAPI
import HTTPTypes

extension ConsoleSite {
    /// Having a report made into a file.
    var newExportPages: [Endpoint] { [newExport, makeExport] }

    /// `GET /console/exports/new`: the form of a report, with the fields that it has.
    private var newExport: Endpoint {
        let permission = BuiltInPermission.createExports
        return Endpoint(
            .get,
            "/console/exports/new",
            "Show the form of an export",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: PageQuery(["report"] + ExportForm.proposed),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, query, head in
            try await context.require(permission.name, in: .anywhere)
            let rights = try await parts.exports.rights(context)
            guard let name = query["report"] ?? ReportChoice.all(rights).first?.name,
                let report = try await parts.exports.service.report(name)
            else { throw Problem.notFound("report", query["report"] ?? "") }
            return try await show(ExportForm(report, proposed: query), report, rights, context, head)
        }
    }

    /// `POST /console/exports`: has it made, as soon as it is its turn.
    private var makeExport: Endpoint {
        let permission = BuiltInPermission.createExports
        return Endpoint(
            .post,
            "/console/exports",
            "Have a report made into a file",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: FormFields(ExportForm.single, repeated: ["columns"]),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .tooManyRequests,
            .unavailable
        ) { [self] context, form, head in
            try checkForm(form.single, head)
            let filled = form
            guard let report = try await parts.exports.service.report(filled["report"] ?? "") else {
                throw Problem.notFound("report", filled["report"] ?? "")
            }
            try await context.require(permission.name, in: ExportForm(filled).branch.map { .branch($0) } ?? .anywhere)
            let rights = try await parts.exports.rights(context)
            let reading = ExportForm(filled)
            do {
                let made = try await parts.exports.service.request(
                    try reading.order(of: report),
                    by: Author(context, once: filled["once"] ?? "", ["export"] + reading.parts),
                    rights: rights
                )
                return PageReply.seeOther(made.exportIDs.first.map(ConsolePaths.export) ?? ConsolePaths.exports)
            } catch let error as ExportError {
                return try await show(reading, report, rights, context, head, refusal: error)
            }
        }
    }

    /// The form as it was filled in, and what is wrong with that.
    private func show(
        _ form: ExportForm,
        _ report: ExportReport,
        _ rights: ExportRights,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        refusal: ExportError? = nil
    ) async throws -> Reply {
        var values = form.values(
            of: report,
            formats: ExportFormat.allCases.filter { parts.exports.service.rendering.formats.contains($0) },
            maySend: parts.exports.service.mailer != nil
        )
        let left = ExportService.leftOut(of: report, branch: form.branch, rights)
        values["left"] = left.map { ["type": EventLine.title(of: $0)] }
        values["hasLeft"] = !left.isEmpty
        values["reports"] = ReportChoice.all(rights).map { $0.values(chosen: report.name) }
        values["refusals"] = refusal.map(Self.sentences) ?? []
        values["isRefused"] = refusal != nil
        let address = ConsolePaths.address("\(ConsolePaths.exports)/new", [("report", report.name)])
        var reply = try await page("new-export", values, at: "exports", context, head, address: address)
        if let refusal { reply.status = refusal.problem.kind.status }
        return reply
    }

    private static func sentences(_ error: ExportError) -> [String] {
        guard case .invalid(let problems) = error.code else { return [error.message] }
        return problems.map { problem in
            problem.pointer.isEmpty ? problem.message : "\(problem.pointer.dropFirst()): \(problem.message)"
        }
    }
}
