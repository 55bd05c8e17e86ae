import HTTPAPI
import HTTPTypes
import OpenSSL

/// Lets people in by the cookie of their session, and shows them what is in their way.
struct ConsoleDoor: PageDoor {
    let sessions: ConsoleSessions
    let cookies: Cookies
    let forms: FormToken
    let templates: Templates
    let institution: String

    func signIn(_ headers: HTTPFields) async throws -> SignIn {
        guard let session = session(headers) else {
            throw AuthenticationFailure(.missing, "Nobody is signed in. Sign in.")
        }
        return try await sessions.owner(of: session)
    }

    /// The session that a request says it belongs to. Whether it still lasts is another question.
    func session(_ headers: HTTPFields) -> ConsoleSession? {
        cookies.value(cookies.session, in: headers).flatMap { sessions.seal.open($0) }
    }

    func reply(to problem: Problem, of request: HTTPRequest, traceID: String) -> Reply {
        if problem.kind.status == .unauthorized { return replyToNobody(request) }
        var values: [String: Any] = [
            "title": problem.kind.title, "status": problem.kind.status.code, "detail": problem.detail,
            "traceId": traceID,
            "errors": problem.errors.map { ["where": $0.pointer, "detail": $0.detail] },
        ]
        if let chosen = cookies.chosenMoment(in: request.headerFields), let session = session(request.headerFields) {
            // The moment may be what is in the way, so that there is a way back from here, too.
            // One does not go back to what a form was sent to.
            let here = request.method == .get ? request.path.flatMap(ConsoleSite.here) : nil
            values["site"] = [
                "moment": chosen.values(isShown: nil), "formToken": forms.token(of: session), "here": here ?? "",
            ]
        }
        var reply = PageReply.html((try? templates.render("problem", values)) ?? [], problem.kind.status)
        for field in problem.headers where field.name == .retryAfter || field.name == .allow {
            reply.headers.append(field)
        }
        return reply
    }

    /// Leads whoever is not signed in to where one signs in.
    ///
    /// A browser that another site's page led here, or a link in a mail, brought no cookie, and may have one: it is led here once
    /// more, by a page of this site, and then brings what it has.
    private func replyToNobody(_ request: HTTPRequest) -> Reply {
        let hasCookie = cookies.value(cookies.session, in: request.headerFields) != nil
        if !hasCookie, request.method == .get, request.headerFields[.fetchSite] == "cross-site",
            let onward = try? templates.goingOn(
                to: request.path.flatMap(Self.page) ?? ConsolePaths.start,
                title: "On your way",
                institution: institution
            )
        {
            return onward
        }
        let isPage = request.method == .get || request.method == .head
        var reply = PageReply.seeOther(Self.signIn(thenTo: isPage ? request.path : nil))
        // What a page asked by itself may be answered when somebody has signed in again: that cookie is left alone. So is one that
        // did not come along: browsers would forget it all the same.
        if hasCookie, request.headerFields[.byItself] == nil {
            reply.headers.append(cookies.clear(cookies.session))
        }
        return reply
    }

    /// Where one signs in, to be led on to a page of the console afterwards.
    static func signIn(thenTo path: String?) -> String {
        guard let path = path.flatMap(page), path != ConsolePaths.start else { return ConsolePaths.signIn }
        return "\(ConsolePaths.signIn)?next=\(PercentCoding.encode(path))"
    }

    /// The path, if it is one of the console's pages: nobody is led elsewhere by an address that somebody gave them.
    static func page(_ path: String) -> String? {
        let isPlain = path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        let isPage = path.hasPrefix("/console/")
        return isPlain && isPage && path.utf8.count <= 1_500 ? path : nil
    }
}

/// Lets in what pages connect by themselves: nothing is shown of what is in the way, a script reads it.
struct LiveDoor: PageDoor {
    let people: ConsoleDoor

    func signIn(_ headers: HTTPFields) async throws -> SignIn { try await people.signIn(headers) }

    func reply(to problem: Problem, of request: HTTPRequest, traceID: String) -> Reply {
        PageReply.guarded(problem.reply(traceID: traceID))
    }
}
