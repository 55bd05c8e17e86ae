import Access
import EventStore
import HTTPAPI
import HTTPTypes
import JSON
import Recovery

extension ConsoleSite {
    /// Going back to a moment, in place.
    var restorePages: [Endpoint] { [restoreForm, previewRestore, restore, restoredPage] }

    /// What whoever restores has to hold: a restore gives back what was taken, whatever it was.
    private static let restoring = [BuiltInPermission.restore] + BuiltInPermission.administration

    /// `GET /console/backups/restore`: asks for the moment.
    private var restoreForm: Endpoint {
        Endpoint(
            .get,
            "/console/backups/restore",
            "Show the form of a restore",
            tag: "console",
            access: .permission(BuiltInPermission.previewRecovery.name),
            mayBeKept: false,
            inputs: Query<Int64?>("position", .position, "The last position that is to stay in force."),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, position, head in
            try await show(RestoreMoment(position: position.map { String($0) } ?? ""), context, head)
        }
    }

    /// `POST /console/backups/restore/preview`: what it would change. That it was looked at is recorded.
    private var previewRestore: Endpoint {
        Endpoint(
            .post,
            "/console/backups/restore/preview",
            "Preview a restore",
            tag: "console",
            access: .permission(BuiltInPermission.previewRecovery.name),
            inputs: FormBody("form", "position", "time"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            return try await preview(RestoreMoment(form), context, head)
        }
    }

    /// `POST /console/backups/restore`: goes back, once it was typed where to.
    private var restore: Endpoint {
        Endpoint(
            .post,
            "/console/backups/restore",
            "Restore to a moment, as it was previewed",
            tag: "console",
            access: .permission(BuiltInPermission.restore.name),
            inputs: FormBody("form", "position", "token", "reason", "confirmation"),
            RequestHead(),
            outputs: .page,
            problems: .conflict,
            .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            for permission in Self.restoring { try await context.require(permission.name, in: .institution) }
            let moment = RestoreMoment(position: form["position"] ?? "")
            let (token, reason) = (form["token"] ?? "", form["reason"] ?? "")
            if reason.allSatisfy(\.isWhitespace) || StringRule(1...2_000, .text).problem(in: reason) != nil {
                return try await refuse("Say why, in 2,000 characters at most.", moment, context, head)
            }
            do {
                let position = try await parts.recovery.position(of: token, by: Author(context))
                guard Self.confirms(form["confirmation"] ?? "", position, parts.institution) else {
                    throw RestoreNotConfirmed()
                }
                let outcome = try await parts.recovery.restore(
                    token,
                    reason: reason,
                    by: Author(context, once: token, ["restore"])
                )
                return PageReply.seeOther(
                    outcome.receipt.events.last.map { Self.restored($0.position) } ?? ConsolePaths.history
                )
            } catch let error as RecoveryError {
                return try await refuse(error.message, moment, context, head, reason: reason)
            } catch let error as RestoreNotConfirmed {
                return try await refuse(error.message, moment, context, head, reason: reason)
            }
        }
    }

    /// Says why nothing was done, with what would change, for whom that may be shown to.
    private func refuse(
        _ refusal: String,
        _ moment: RestoreMoment,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        reason: String = ""
    ) async throws -> Reply {
        guard try await context.allows(BuiltInPermission.previewRecovery.name, in: .institution) else {
            throw Problem(.conflict, refusal)
        }
        return try await preview(moment, context, head, reason: reason, refusal: refusal)
    }

    /// Whether somebody typed what they are about to do: the position, with or without marks of thousands, or the name.
    static func confirms(_ typed: String, _ position: Int64, _ institution: String) -> Bool {
        let words = typed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if words.filter({ $0 != "," && $0 != " " }) == String(position) { return true }
        return !words.isEmpty && words == institution.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The page with what would change, worked out now. Whether it may be shown was asked before.
    private func preview(
        _ moment: RestoreMoment,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        reason: String = "",
        refusal: String? = nil
    ) async throws -> Reply {
        guard let target = moment.target else {
            return try await show(moment, context, head, refusal: "Name one position of the log, or one time.")
        }
        do {
            let preview = try await parts.recovery.preview(target, by: Author(context))
            var values = RestoreFacts.values(preview)
            values["mayRestore"] = preview.findings.obstacle == nil && Navigation(parts).holds(Self.restoring, context)
            values["reason"] = reason
            return try await show(moment, context, head, ["preview": values], refusal: refusal)
        } catch let error as RecoveryError where error.code == .noSuchMoment {
            return try await show(moment, context, head, refusal: error.message)
        }
    }

    private func show(
        _ moment: RestoreMoment,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        _ further: [String: Any] = [:],
        refusal: String? = nil
    ) async throws -> Reply {
        var values: [String: Any] = [
            "position": moment.position, "time": moment.time, "refusal": refusal.map { $0 as Any } ?? false,
            "preview": false,
        ]
        values.merge(further) { $1 }
        var reply = try await page("restore", values, at: "backups", context, head, address: ConsolePaths.restore)
        if refusal != nil { reply.status = .unprocessableContent }
        return reply
    }
}

/// Whoever restores typed something else than what they are about to do.
private struct RestoreNotConfirmed: Error {
    let message = "What you typed is neither the position nor the name of the institution. Nothing was changed."
}
