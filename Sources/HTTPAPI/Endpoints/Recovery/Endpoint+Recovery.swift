import Access
import EventStore
import JSON
package import Recovery

extension Endpoint {
    /// Restoring to a moment: preview and restore.
    package static func recovery(_ recovery: RecoveryService) -> [Endpoint] {
        [previewRestore(recovery), restore(recovery)]
    }

    /// `POST /recovery/preview`: what a restore would change.
    private static func previewRestore(_ recovery: RecoveryService) -> Endpoint {
        Endpoint(
            .post,
            "/recovery/preview",
            "Preview a restore to a moment",
            details: "Changes nothing but the log, which records that this was looked at.",
            tag: "recovery",
            access: .permission(BuiltInPermission.previewRecovery.name),
            inputs: JSONBody(PreviewRequest.self),
            outputs: .json(.ok, RestorePreview.schema, "What a restore would change."),
            problems: .unavailable
        ) { context, body in
            let preview: RestorePreview
            do {
                preview = try await recovery.preview(body.target, by: Author(context))
            } catch let error as RecoveryError where error.code == .noSuchMoment {
                throw Problem(fields: [FieldProblem(pointer: body.pointer, error.message)])
            }
            return .json(position: preview.receipt.events.last?.position) { preview.write(to: &$0) }
        }
    }

    /// `POST /recovery/restore`: goes back to a moment.
    private static func restore(_ recovery: RecoveryService) -> Endpoint {
        Endpoint(
            .post,
            "/recovery/restore",
            "Restore to a moment, as it was previewed",
            details: """
                Read models that rewind become what they were at the moment, and later events go on from there. \
                Nothing is deleted, so another restore can undo this one. Refused where the preview is not what would \
                happen any more, and where it would leave nobody who can administer. Only administrators restore, since \
                it may give back whatever was taken.
                """,
            tag: "recovery",
            access: .permission(BuiltInPermission.restore.name),
            inputs: IdempotencyHeader(),
            JSONBody(RestoreRequest.self),
            outputs: .json(
                .ok,
                .object(
                    .required("toPosition", .position),
                    .optional("toTimestamp", .timestamp),
                    .required("receipt", Receipt.schema)
                ),
                "The restore is done."
            ),
            problems: .conflict,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            // A restore gives back what was taken, whatever it was: only who could give all of it may.
            for permission in BuiltInPermission.administration {
                try await context.require(permission.name, in: .institution)
            }
            let outcome = try await recovery.restore(
                body.previewToken,
                reason: body.reason,
                by: Author(context, key)
            )
            return .json(position: outcome.receipt.events.last?.position) {
                $0.object { writer in
                    writer.member("toPosition", outcome.toPosition)
                    if let time = outcome.toTimestamp { writer.member("toTimestamp", time) }
                    writer.name("receipt")
                    outcome.receipt.write(to: &writer)
                }
            }
        }
    }
}
