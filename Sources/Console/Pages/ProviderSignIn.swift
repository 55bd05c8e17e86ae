import HTTPAPI
import HTTPTypes

extension ConsoleSite {
    /// Signing in by an identity provider: the way there, and the way back.
    var providerSigning: [Endpoint] { [beginWithProvider, returnFromProvider] }

    /// What the address of the page for signing in says after signing out of a session that rests on the provider.
    static let provider = "provider"

    /// `GET /console/sign-in/with-provider`: leads to the identity provider.
    ///
    /// A link, and no form: the policy on where forms lead counts for each further step of theirs, and a provider may lead on to
    /// others. Its code shows that it stood on a page that this browser was given.
    private var beginWithProvider: Endpoint {
        Endpoint(
            .get,
            "/console/sign-in/with-provider",
            "Sign in by the identity provider",
            tag: "console",
            access: .open,
            mayBeKept: false,
            inputs: PageQuery("next", "code"),
            RequestHead(),
            outputs: .page,
            problems: .identityProvider,
            .unavailable
        ) { [self] context, query, head in
            let next = query["next"].flatMap(ConsoleDoor.page) ?? ""
            let cookie = cookies.value(cookies.form, in: head.headers)
            guard let provider = parts.provider, try forms.isOwnLink(query["code"], of: cookie) else {
                return PageReply.seeOther(ConsoleDoor.signIn(thenTo: next))
            }
            let attempt = SignInAttempt(
                sessionID: ConsoleSession.newID(),
                authorization: try AuthorizationAttempt.begin(at: context.now),
                issuer: provider.issuer,
                next: next
            )
            var reply = PageReply.seeOther(try await provider.authorizationURL(for: attempt.authorization))
            reply.headers.append(
                cookies.setForWayBack(
                    cookies.attempt,
                    try attempts.close(attempt),
                    lasting: AuthorizationAttempt.longest
                )
            )
            return reply
        }
    }

    /// `GET /console/sign-in/return`: begins a session by what the identity provider has the browser bring.
    private var returnFromProvider: Endpoint {
        Endpoint(
            .get,
            "/console/sign-in/return",
            "Come back from the identity provider",
            tag: "console",
            access: .open,
            mayBeKept: false,
            inputs: ForeignQuery(),
            RequestHead(),
            outputs: .page,
            problems: .identityProvider,
            .unavailable
        ) { [self] context, query, head in
            guard let provider = parts.provider else {
                var reply = PageReply.seeOther(ConsolePaths.signIn)
                reply.headers.append(cookies.clear(cookies.attempt))
                return reply
            }
            let (answer, attempt): (AuthorizationAnswer, SignInAttempt)
            do throws(AuthenticationFailure) {
                (answer, attempt) = try answered(query, provider, context, head)
            } catch {
                // What answers no attempt ends none, and counts as none: anybody can lead a browser here.
                return try await form(next: "", head, refusal: error.message)
            }
            var reply: Reply
            do {
                let owner = try await context.signIn {
                    try await provider.signIn(answer, to: attempt.authorization, from: context.origin)
                }
                let session = try await sessions.begin(owner, by: attempt, provider.settings, context)
                let next = ConsoleDoor.page(attempt.next) ?? ConsolePaths.start
                let page = try templates.goingOn(to: next, title: "Signed in", institution: parts.institution)
                reply = try enter(session, page)
            } catch let failure as AuthenticationFailure {
                reply = try await form(next: attempt.next, head, refusal: failure.message)
            }
            reply.headers.append(cookies.clear(cookies.attempt))
            return reply
        }
    }

    /// What the provider has this browser bring, and the attempt that it belongs to.
    private func answered(
        _ query: [IncomingRequest.QueryItem],
        _ provider: OpenIDClient,
        _ context: RequestContext,
        _ head: RequestHead.Value
    ) throws(AuthenticationFailure) -> (AuthorizationAnswer, SignInAttempt) {
        let answer = try AuthorizationAnswer(query)
        guard let attempt = cookies.value(cookies.attempt, in: head.headers).flatMap({ attempts.open($0) }),
            attempt.issuer.utf8.elementsEqual(provider.issuer.utf8),
            !attempt.authorization.isOver(at: context.now), answer.answers(attempt.authorization)
        else {
            throw AuthenticationFailure(
                .invalidToken,
                "This browser is not on its way from the identity provider, took too long, or began anew in another window. "
                    + "Sign in again."
            )
        }
        return (answer, attempt)
    }

    /// The page that somebody sees who has signed out of a session.
    static func place(after session: ConsoleSession?) -> String {
        guard case .provider = session?.basis else { return ConsolePaths.signIn }
        return "\(ConsolePaths.signIn)?left=\(provider)"
    }
}
