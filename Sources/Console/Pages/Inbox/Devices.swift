import EventStore
import HTTPAPI
import HTTPTypes
import JSON
import Notifications

extension ConsoleSite {
    /// The reader's devices.
    var devicePages: [Endpoint] { [registerBrowser, removeDevice, worker] }

    private static let subscription = StringRule(1...NotificationService.longestAddress, .text)

    /// `POST /console/inbox/devices`: has the browser told by push, until its token is revoked.
    private var registerBrowser: Endpoint {
        Endpoint(
            .post,
            "/console/inbox/devices",
            "Have a browser told by push",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("form", "name", "subscription"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            guard try parts.notifications.pushKey() != nil else {
                throw Problem.notFound("way to push", "to browsers")
            }
            let name = form["name"].flatMap { $0.isEmpty ? nil : $0 }
            if let name, let problem = StringRule(1...100, .line).problem(in: name) {
                throw Problem(.badRequest, "The name: \(problem)")
            }
            let subscription = form["subscription"] ?? ""
            if let problem = Self.subscription.problem(in: subscription) {
                throw Problem(.badRequest, "The subscription: \(problem)")
            }
            _ = try await parts.notifications.registerDevice(
                context.actor,
                kind: .web,
                address: subscription,
                name: name,
                token: context.signIn.tokenID,
                by: Author(context),
                confirm: context.requireStillSignedIn
            )
            return PageReply.seeOther(ConsolePaths.preferences)
        }
    }

    /// `POST /console/inbox/devices/remove`.
    private var removeDevice: Endpoint {
        Endpoint(
            .post,
            "/console/inbox/devices/remove",
            "Remove a device",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("form", "id"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            let id = try Self.identifier(form["id"], "device")
            _ = try await parts.notifications.removeDevice(id, of: context.actor, by: Author(context))
            return PageReply.seeOther(ConsolePaths.preferences)
        }
    }

    /// `GET /console/worker.js`: what shows pushes. Here, since a worker reaches what is beside it and below.
    private var worker: Endpoint {
        Endpoint(
            .get,
            "/console/worker.js",
            "Get the service worker",
            tag: "console",
            access: .open,
            inputs: RequestHead(),
            outputs: Output(.ok, Assets.mediaTypes, nil, "The worker."),
            problems: .notFound
        ) { [assets] _, head in try assets.reply("worker.js", ifNoneMatch: head.headers[.ifNoneMatch]) }
    }
}
