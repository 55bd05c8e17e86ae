import Access
import EventStore
import Exports
import HTTPTypes
import JSON

extension Endpoint {
    /// The files of exports, on their way out.
    static func exportFiles(_ access: ExportAccess) -> [Endpoint] {
        [
            download(access, at: "/exports/{exportId}/file"), downloadByLink(access), mailExport(access),
            withdrawMailing(access),
        ]
    }

    private static let file = Output(.ok, [.octets, .csv, .ndjson, .xlsx, .pdf], nil, "The file.")
    private static let part = Output(.partialContent, [.octets, .csv, .ndjson, .xlsx, .pdf], nil, "A part of it.")

    /// `GET /exports/{exportId}/file`, and what pages lead to: the plan's downloadExportFile.
    package static func download(_ access: ExportAccess, at path: PathTemplate) -> Endpoint {
        Endpoint(
            .get,
            path,
            "Take the file of an export away",
            details: """
                With the rights to all that is in it, as they are now. That it is taken away is recorded before the first \
                byte; the last bytes come only where all are what was written. Parts can be asked for: what they are of is \
                said by `ETag` and `Repr-Digest`. The fields `X-Position` and `X-Root-Hash` say what it was made from.
                """,
            tag: "exports",
            access: .signedIn,
            mayBeKept: false,
            inputs: exportID,
            Query<ExportFormat?>(
                "format",
                .choice(),
                "What the file is; it is made anew as something else by another export."
            ),
            RangeHeader(),
            outputs: file,
            part,
            problems: .notFound,
            .forbidden,
            .conflict,
            .exportGone,
            .notAcceptable,
            .rangeNotSatisfiable,
            .unavailable
        ) { context, id, format, wish in
            let offer = try await access.service.offer(id, to: context.actor, rights: access.rights(context))
            let own = offer.record.order.format
            guard format ?? own == own else {
                throw Problem(.notAcceptable, "The file is \(own.rawValue). Ask for an export as what it is to be.")
            }
            return try await access.file(offer, wish, context, by: Author(context))
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
            RangeHeader(),
            outputs: file,
            part,
            problems: .notFound,
            .conflict,
            .exportGone,
            .rangeNotSatisfiable,
            .unavailable
        ) { context, id, token, wish in
            let author = Author(id: AccessActor.anonymousID, correlationID: context.correlationID)
            return try await access.file(try await access.service.offer(id, link: token), wish, context, by: author)
        }
    }

    /// `POST /exports/{exportId}/mail`: the plan's emailReport.
    private static func mailExport(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .post,
            "/exports/{exportId}/mail",
            "Have an export sent by e-mail, once it is made",
            details: """
                As an attachment, or as a link that is good for a while where it is too large for one. As another format it is \
                made anew, of the same moment: the answer names that export.
                """,
            tag: "exports",
            access: .signedIn,
            inputs: exportID,
            IdempotencyHeader(),
            JSONBody(ExportToMail.self),
            outputs: .json(.accepted, mailed, "It will be sent."),
            problems: .notFound,
            .forbidden,
            .conflict,
            .exportGone,
            .exportTooLarge,
            .idempotencyKeyReused,
            .tooManyRequests,
            .unavailable
        ) { context, id, key, body in
            let made = try await access.service.mail(
                id,
                to: body.recipients,
                as: body.format,
                by: Author(context, key),
                rights: access.rights(context)
            )
            return .json(.accepted, position: made.receipt.events.last?.position) {
                $0.object { json in
                    if !made.exportIDs.isEmpty { json.member("exportIds", made.exportIDs) }
                    json.name("receipt")
                    made.receipt.write(to: &json)
                }
            }
        }
    }

    private static let mailed = Schema.object(
        .optional("exportIds", .array(of: .identifier).described("The export that is made for it, if one is")),
        .required("receipt", Receipt.schema)
    )

    /// `DELETE /exports/{exportId}/mailings/{mailingId}`.
    private static func withdrawMailing(_ access: ExportAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/exports/{exportId}/mailings/{mailingId}",
            "Send an export no more",
            details: "Messages that were not sent are not; links in those that were do not hold any more.",
            tag: "exports",
            access: .signedIn,
            inputs: exportID,
            Path("mailingId", .text(1...64), "The mailing."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "It is withdrawn."),
            problems: .notFound,
            .forbidden,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, mailing, key in
            let receipt = try await access.service.withdraw(
                mailing,
                of: id,
                by: Author(context, key),
                rights: access.rights(context)
            )
            return .json(position: receipt.events.last?.position) {
                $0.object { json in
                    json.name("receipt")
                    receipt.write(to: &json)
                }
            }
        }
    }
}
