import Access
import EventStore
import Exports
import HTTPTypes
import JSON

extension Endpoint {
    /// The files of exports, on their way out.
    static func exportFiles(_ access: ExportAccess) -> [Endpoint] {
        [downloadExport(access), downloadByLink(access), mailExport(access)]
    }

    private static let file = Output(.ok, [.octets, .csv, .ndjson, .xlsx, .pdf], nil, "The file.")

    /// `GET /exports/{exportId}/file`: the plan's downloadExportFile.
    private static func downloadExport(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .get,
            "/exports/{exportId}/file",
            "Take the file of an export away",
            details: """
                With the rights to all that is in it, as they are now. That it is taken away is recorded before the first \
                byte; the last bytes come only where all are what was written.
                """,
            tag: "exports",
            access: .signedIn,
            mayBeKept: false,
            inputs: exportID,
            outputs: file,
            problems: .notFound,
            .forbidden,
            .conflict,
            .exportGone,
            .unavailable
        ) { context, id in
            Reply(try await access.service.download(id, by: Author(context), rights: access.rights(context)))
        }
    }

    /// `GET /exports/{exportId}/link/{token}`.
    private static func downloadByLink(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .get,
            "/exports/{exportId}/link/{token}",
            "Take the file of an export away by a link that was sent",
            details: "With the rights of whoever had it sent, as they are now.",
            tag: "exports",
            access: .open,
            mayBeKept: false,
            inputs: exportID,
            Path("token", .text(1...200), "What makes the link good."),
            outputs: file,
            problems: .notFound,
            .conflict,
            .exportGone,
            .unavailable
        ) { context, id, token in
            let author = Author(id: AccessActor.anonymousID, correlationID: context.correlationID)
            return Reply(try await access.service.download(id, link: token, by: author))
        }
    }

    /// `POST /exports/{exportId}/mail`: the plan's emailReport.
    private static func mailExport(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .post,
            "/exports/{exportId}/mail",
            "Have an export sent by e-mail, once it is made",
            details: "As an attachment, or as a link that is good for a while where it is too large for one.",
            tag: "exports",
            access: .signedIn,
            inputs: exportID,
            IdempotencyHeader(),
            JSONBody(ExportToMail.self),
            outputs: .json(.accepted, .receipt, "It will be sent."),
            problems: .notFound,
            .forbidden,
            .conflict,
            .exportGone,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key, body in
            let receipt = try await access.service.mail(
                id,
                to: body.recipients,
                by: Author(context, key),
                rights: access.rights(context)
            )
            return .json(.accepted, position: receipt.events.last?.position) {
                $0.object { json in
                    json.name("receipt")
                    receipt.write(to: &json)
                }
            }
        }
    }
}
