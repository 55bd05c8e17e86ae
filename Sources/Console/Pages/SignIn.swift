import Access
import EventStore
import HTTPAPI
import HTTPTypes
import Notifications
import OpenSSL

extension ConsoleSite {
    /// Signing in and out.
    var signing: [Endpoint] { [signInPage, signIn, signOut] + providerSigning }

    /// `GET /console/sign-in`.
    private var signInPage: Endpoint {
        Endpoint(
            .get,
            "/console/sign-in",
            "Show the form for signing in",
            tag: "console",
            access: .open,
            inputs: PageQuery("next", "left"),
            RequestHead(),
            outputs: .page
        ) { [self] _, query, head in
            try await form(next: query["next"] ?? "", head, hasLeftProvider: query["left"] == Self.provider)
        }
    }

    /// `POST /console/sign-in`: begins a session by a token.
    private var signIn: Endpoint {
        Endpoint(
            .post,
            "/console/sign-in",
            "Sign in by a token",
            tag: "console",
            access: .open,
            inputs: FormBody("token", "next", "form"),
            RequestHead(),
            outputs: .page
        ) { [self] context, form, head in
            let cookie = cookies.value(cookies.form, in: head.headers)
            try forms.check(form["form"], try cookie.map { try forms.token(ofForm: $0) }, head)
            let next = form["next"] ?? ""
            let token = (form["token"] ?? "").trimmingBlanks
            guard token.hasPrefix(APIToken.prefix) else {
                return try await self.form(
                    next: next,
                    head,
                    refusal: "Only tokens of Daybook sign in here: they begin with dbk_."
                )
            }
            let owner: SignIn
            do { owner = try await context.signIn(by: token) } catch let failure as AuthenticationFailure {
                return try await self.form(next: next, head, refusal: failure.message)
            }
            guard let tokenID = owner.tokenID else {
                return try await self.form(next: next, head, refusal: "Only tokens of Daybook sign in here.")
            }
            let session = try await sessions.begin(owner, tokenID: tokenID, context)
            return try enter(session, PageReply.seeOther(ConsoleDoor.page(next) ?? ConsolePaths.start))
        }
    }

    /// The reply by which a browser gets its session, and keeps nothing of who was there before.
    func enter(_ session: ConsoleSession, _ reply: Reply) throws -> Reply {
        var reply = reply
        reply.headers.append(cookies.set(cookies.session, try sessions.seal.close(session)))
        reply.headers.append(cookies.clear(cookies.form))
        reply.headers.append(cookies.clear(cookies.moment))
        return reply
    }

    /// `POST /console/sign-out`: ends the session, for whoever has its cookie.
    private var signOut: Endpoint {
        Endpoint(
            .post,
            "/console/sign-out",
            "Sign out",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("form", "browser"),
            RequestHead(),
            outputs: .page
        ) { [self] context, form, head in
            try checkForm(form, head)
            let session = door.session(head.headers)
            if let session { try await sessions.end(session, context) }
            // Whoever is next at this browser is told nothing of this one's. It has let go of its subscription already, so that
            // a failure here leaves nothing that is told.
            if let browser = form["browser"], !browser.isEmpty {
                try? await parts.notifications.endBrowser(at: browser, of: context.actor, by: Author(context))
            }
            var reply = PageReply.seeOther(Self.place(after: session))
            reply.headers.append(cookies.clear(cookies.session))
            reply.headers.append(cookies.clear(cookies.moment))
            return reply
        }
    }

    /// The page for signing in. Where somebody has signed out it shows where to do so at the provider as well, if the provider says so
    /// in time.
    func form(
        next: String,
        _ head: RequestHead.Value,
        refusal: String? = nil,
        hasLeftProvider: Bool = false
    ) async throws -> Reply {
        let known = cookies.value(cookies.form, in: head.headers).flatMap { $0.utf8.count == 43 ? $0 : nil }
        let cookie = try known ?? Base64.encode(try SecureRandom.bytes(32), .urlSafe)
        var values: [String: Any] = [
            "site": ["institution": parts.institution],
            "formToken": try forms.token(ofForm: cookie),
            "next": ConsoleDoor.page(next) ?? "",
        ]
        if let refusal { values["refusal"] = refusal }
        if let provider = parts.provider {
            var endSession: String?
            if hasLeftProvider { endSession = await provider.endSessionURL() }
            values["provider"] = [
                "name": provider.settings.name,
                "code": try forms.token(ofLink: cookie),
                "nextInAddress": PercentCoding.encode(ConsoleDoor.page(next) ?? ""),
                "endSession": endSession ?? "",
            ]
        }
        var reply = PageReply.html(try templates.render("sign-in", values), refusal == nil ? .ok : .unauthorized)
        if let refusal { reply.headers.append(.bearerChallenge(error: "invalid_token", description: refusal)) }
        if known == nil { reply.headers.append(cookies.set(cookies.form, cookie)) }
        return reply
    }
}

extension String {
    /// Without what is easily copied along at either end.
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}
