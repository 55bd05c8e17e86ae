package import HTTPAPI
import HTTPTypes
import OpenSSL
import Time

/// The console: pages for people over what the services answer. Every page is an endpoint, entered by a door of its own.
package struct ConsoleSite: Sendable {
    let parts: ConsoleParts
    let sessions: ConsoleSessions
    let attempts: AttemptSeal
    let cookies: Cookies
    let forms: FormToken
    let templates: Templates
    let assets: Assets

    /// A console over the parts of a server.
    ///
    /// - Throws: where its templates or files cannot be read.
    package init(_ parts: ConsoleParts) throws {
        self.parts = parts
        sessions = ConsoleSessions(
            store: parts.store,
            tokens: parts.tokens,
            provider: parts.provider?.settings,
            seal: SessionSeal(keys: parts.store.keys)
        )
        attempts = AttemptSeal(keys: parts.store.keys)
        cookies = Cookies(isSecure: parts.isSecure)
        forms = FormToken(keys: parts.store.keys)
        templates = try Templates()
        assets = try Assets()
    }

    /// Everything that it answers.
    package var endpoints: [Endpoint] {
        let pages =
            [home, start, asset] + signing + historyPages + timeMachine + accessPages + inboxPages + exportPages
            + backupPages + [systemPage]
        return pages.map { $0.entered(by: door) } + [inboxNews.entered(by: LiveDoor(people: door))]
    }

    /// What its pages hear of what happens by.
    package var sockets: [WebSocketEndpoint] {
        [WebSocketEndpoint.inbox(parts.notices, at: "/console/live").entered(by: LiveDoor(people: door))]
    }

    var door: ConsoleDoor {
        ConsoleDoor(
            sessions: sessions,
            cookies: cookies,
            forms: forms,
            templates: templates,
            institution: parts.institution
        )
    }

    /// A page for whoever is signed in, with what stands on each of them.
    ///
    /// - Parameters:
    ///   - place: which of the places in the navigation this is.
    ///   - isOfMoment: whether it shows the moment that was chosen; a page that does not says that it shows now. Nil for one that shows
    ///     neither.
    ///   - address: where one comes back to it, for a page that answers a form: nobody is led to what a form was sent to.
    func page(
        _ template: String,
        _ values: [String: Any],
        at place: String,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        isOfMoment: Bool? = false,
        address: String? = nil
    ) async throws -> Reply {
        guard var session = door.session(head.headers) else {
            throw AuthenticationFailure(.missing, "Nobody is signed in. Sign in.")
        }
        let isAskedFor = context.method == .get || context.method == .head
        let here = (isAskedFor ? context.target : address).flatMap(Self.here)
        var values = values
        // Apart from what the page is about, which has actors of its own.
        var site: [String: Any] = [
            "institution": parts.institution, "reader": context.actor, "formToken": forms.token(of: session),
            "once": Base64.encode(try SecureRandom.bytes(16), .urlSafe),
            "places": await Navigation(parts).places(for: context, at: place),
            "here": here ?? "",
        ]
        if let chosen = cookies.chosenMoment(in: head.headers) { site["moment"] = chosen.values(isShown: isOfMoment) }
        values["site"] = site
        var reply = PageReply.html(try templates.render(template, values))
        // What a page asks for by itself is no sign that anybody is there.
        if context.now - session.seenAt >= ConsoleSession.refresh, !Self.isByItself(head) {
            session.seenAt = context.now
            reply.headers.append(cookies.set(cookies.session, try sessions.seal.close(session)))
        }
        return reply
    }

    /// Whether a page asks, and nobody for it: by a script that says so, or by loading itself anew.
    private static func isByItself(_ head: RequestHead.Value) -> Bool {
        head.headers[.byItself] != nil || head.query.contains { $0.name == byItself }
    }

    /// What the address has that a page loads itself anew by.
    static let byItself = "byItself"

    /// `GET /`: leads to the console.
    private var home: Endpoint {
        Endpoint(
            .get,
            "/",
            "Open the console",
            tag: "console",
            access: .open,
            outputs: .page
        ) { _ in PageReply.seeOther(ConsolePaths.start) }
    }

    /// `GET /console`: leads to the first page that the reader may open.
    private var start: Endpoint {
        Endpoint(
            .get,
            "/console",
            "Open the first page",
            tag: "console",
            access: .signedIn,
            mayBeKept: false,
            outputs: .page
        ) { [self] context in PageReply.seeOther(Navigation(parts).first(for: context)) }
    }

    /// Refuses a form of whoever is signed in that no page of this server gave to this session.
    func checkForm(_ form: [String: String], _ head: RequestHead.Value) throws {
        try forms.check(form["form"], door.session(head.headers).map { forms.token(of: $0) }, head)
    }

    /// `GET /console/assets/{name}`: style and scripts.
    private var asset: Endpoint {
        Endpoint(
            .get,
            "/console/assets/{name}",
            "Get a file of the console",
            tag: "console",
            access: .open,
            inputs: Path("name", .text(1...100), "The file's name."),
            RequestHead(),
            outputs: Output(.ok, Assets.mediaTypes, nil, "The file."),
            problems: .notFound
        ) { [assets] _, name, head in
            try assets.reply(name, ifNoneMatch: head.headers[.ifNoneMatch])
        }
    }
}

extension Output {
    /// A page.
    static let page = Output(.ok, [.html], nil, "The page.")
}
