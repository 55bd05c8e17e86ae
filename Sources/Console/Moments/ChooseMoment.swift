import Access
import HTTPAPI
import HTTPTypes
import Time

extension ConsoleSite {
    /// `POST /console/moment`: chooses the moment that everything is seen as of, or goes back to now.
    ///
    /// Whoever is signed in may: what may be seen of the moment is asked of each page.
    var chooseMoment: Endpoint {
        Endpoint(
            .post,
            "/console/moment",
            "Choose the moment that everything is seen as of",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("position", "time", "to", "next", "form"),
            RequestHead(),
            outputs: .page
        ) { [self] context, form, head in
            try checkForm(form, head)
            var reply = PageReply.seeOther(Self.here(form["next"] ?? "") ?? ConsolePaths.history)
            if form["to"] == "now" {
                reply.headers.append(cookies.clear(cookies.moment))
                return reply
            }
            let chosen = try await chosen(form, context)
            reply.headers.append(cookies.set(cookies.moment, chosen.cookie))
            return reply
        }
    }

    private func chosen(_ form: [String: String], _ context: RequestContext) async throws -> ChosenMoment {
        let (position, time) = (form["position"] ?? "", form["time"] ?? "")
        if !position.isEmpty {
            guard case .position(let position) = MomentText.parse(position) else {
                throw Problem.choice("position", "is to be a position of the log: a whole number.")
            }
            guard let event = try await parts.store.reader.event(at: position) else {
                throw Problem.choice("position", "is beyond the end of the log.")
            }
            // When the events of all branches were recorded is for those who may read of all.
            let seesAll = try await context.allows(BuiltInPermission.readEvents.name, in: .institution)
            return ChosenMoment(.position(position), recordedAt: seesAll ? event.header.recordedAt : nil)
        }
        guard let time = MomentText.time(time) else {
            throw Problem.choice("time", "is to be a date and time like 2026-01-31 08:30, in UTC.")
        }
        guard time >= .epoch else {
            throw Problem.choice("time", "lies before 1970, of which no log tells.")
        }
        guard time <= context.now else {
            throw Problem.choice("time", "lies in the future, which is not recorded yet.")
        }
        return ChosenMoment(.time(time))
    }

    /// The page that a form about the moment stands on, from its beginning: how a list went on belongs to the moment it was of.
    static func here(_ target: String) -> String? {
        guard let page = ConsoleDoor.page(target) else { return nil }
        let parts = page.split(separator: "?", maxSplits: 1)
        guard parts.count == 2 else { return page }
        let kept = parts[1].split(separator: "&").filter { !$0.hasPrefix("cursor=") && !$0.hasPrefix("after=") }
        return kept.isEmpty ? String(parts[0]) : "\(parts[0])?\(kept.joined(separator: "&"))"
    }
}

extension Problem {
    fileprivate static func choice(_ name: String, _ detail: String) -> Problem {
        Problem(.invalidBody, "The \(name) \(detail)", errors: [FieldProblem(pointer: "/\(name)", detail)])
    }
}
