import EventStore
import HTTPAPI
import Notifications

extension ConsoleSite {
    /// What the reader wants to be told.
    var preferencePages: [Endpoint] { [preferencesPage, setPreferences, mute, unmute] }

    /// `GET /console/inbox/preferences`: ways, quiet hours and devices.
    private var preferencesPage: Endpoint {
        Endpoint(
            .get,
            "/console/inbox/preferences",
            "Show what the reader wants to be told",
            tag: "console",
            access: .signedIn,
            mayBeKept: false,
            inputs: PageQuery("saved"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            let wanted = try await parts.notifications.getNotificationPreferences(context.actor).value
            return try await preferences(PreferencesForm(wanted), wanted, context, head, isSaved: query["saved"] != nil)
        }
    }

    /// `POST /console/inbox/preferences`.
    private var setPreferences: Endpoint {
        Endpoint(
            .post,
            "/console/inbox/preferences",
            "Say what the reader wants to be told",
            tag: "console",
            access: .signedIn,
            inputs: FormBody(["form"] + PreferencesForm.fields),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            let filled = PreferencesForm(filledIn: form)
            do {
                _ = try await parts.notifications.setNotificationPreferences(
                    context.actor,
                    try filled.preferences(),
                    by: Author(context)
                )
            } catch let error as NotificationError {
                guard case .invalid = error.code else { throw error }
                let wanted = try await parts.notifications.getNotificationPreferences(context.actor).value
                return try await preferences(filled, wanted, context, head, refusal: error.message)
            }
            return PageReply.seeOther("\(ConsolePaths.preferences)?saved=1")
        }
    }

    /// `POST /console/inbox/mute`: nothing disturbs for a while.
    private var mute: Endpoint {
        Endpoint(
            .post,
            "/console/inbox/mute",
            "Mute notifications for a while",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("form", "minutes"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            guard let minutes = form["minutes"].flatMap({ Int64($0) }), (1...527_040).contains(minutes) else {
                throw Problem(.badRequest, "Notifications are muted for a minute at least and a year at most.")
            }
            _ = try await parts.notifications.muteNotifications(
                context.actor,
                for: .seconds(minutes * 60),
                by: Author(context)
            )
            return PageReply.seeOther(ConsolePaths.preferences)
        }
    }

    /// `POST /console/inbox/unmute`.
    private var unmute: Endpoint {
        Endpoint(
            .post,
            "/console/inbox/unmute",
            "End a mute",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("form"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            _ = try await parts.notifications.unmuteNotifications(context.actor, by: Author(context))
            return PageReply.seeOther(ConsolePaths.preferences)
        }
    }

    /// The page, with the form as it was filled in.
    private func preferences(
        _ form: PreferencesForm,
        _ wanted: NotificationPreferences,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        isSaved: Bool = false,
        refusal: String? = nil
    ) async throws -> Reply {
        var values = form.values(connected: parts.notifications.connectedWays)
        values["isSaved"] = isSaved
        values["refusal"] = refusal.map { $0 as Any } ?? false
        values["mutedUntil"] = wanted.mutedUntil.map { Figure.moment($0) as Any } ?? false
        values["isQuiet"] = wanted.quiet(at: context.now).map { Figure.moment($0.until) as Any } ?? false
        values["devices"] = try await parts.notifications.devices(of: context.actor).map { device in
            [
                "id": device.id, "kind": device.kind, "name": device.name ?? "Without a name",
                "registered": Figure.moment(device.registeredAt),
            ]
        }
        values["pushKey"] = try parts.notifications.pushKey().map { $0 as Any } ?? false
        var reply = try await page("preferences", values, at: "inbox", context, head, address: ConsolePaths.preferences)
        if refusal != nil { reply.status = .unprocessableContent }
        return reply
    }
}
