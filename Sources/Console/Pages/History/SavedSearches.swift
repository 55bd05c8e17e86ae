import Access
import Audit
import EventStore
import HTTPAPI
import HTTPTypes
import JSON

extension ConsoleSite {
    /// What is done with searches that a reader saves.
    var searchPages: [Endpoint] { [saveSearch, changeSearch, openSearch, removeSearch] }

    private static let searchID = Path("searchId", .text(1...64), "The search.")

    /// `POST /console/history/searches`: saves the question that a page of the history shows.
    private var saveSearch: Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .post,
            "/console/history/searches",
            "Save a search of the history",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: SearchForm(),
            RequestHead(),
            outputs: .page,
            problems: .conflict,
            .unavailable
        ) { [self] context, form, head in
            try checkForm(form.fields, head)
            return try await keep(form, context, head) { draft in
                let author = Author(context, once: form.fields["once"] ?? "", ["search"] + form.parts)
                return try await parts.audit.saveSearch(draft, by: author).id
            }
        }
    }

    /// `POST /console/history/searches/{searchId}`: has it ask what a page of the history shows, by that name.
    private var changeSearch: Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .post,
            "/console/history/searches/{searchId}",
            "Change a saved search of the history",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            inputs: Self.searchID,
            SearchForm(),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form.fields, head)
            return try await keep(form, context, head) { draft in
                let author = Author(context, once: form.fields["once"] ?? "", ["change", id] + form.parts)
                _ = try await parts.audit.changeSearch(id, to: draft, by: author)
                return id
            }
        }
    }

    /// Keeps what a form asks to, and leads to the search; what is wrong with it is told by the page it was sent from.
    private func keep(
        _ form: SearchForm.Filled,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        _ command: (SearchDraft) async throws -> String
    ) async throws -> Reply {
        try await context.require(BuiltInPermission.readEvents.name, in: .anywhere)
        if let problem = SearchDraft.nameRule.problem(in: form.name) {
            return try await history(form.question, context, head, refusal: (.unprocessableContent, "Name: \(problem)"))
        }
        let chosen = form.fields["ofMoment"] == "on" ? cookies.chosenMoment(in: head.headers)?.moment : nil
        let moment: SavedMoment? =
            switch chosen {
            case .position(let position): .position(position)
            case .time(let time): .time(time)
            case nil: nil
            }
        do {
            let id = try await command(SearchDraft(name: form.name, form.question.filter, asOf: moment))
            return PageReply.seeOther(form.question.address(with: HistoryQuestion.opened, id))
        } catch let error as AuditError {
            guard [.taken, .tooMany].contains(error.code) else { throw error }
            return try await history(form.question, context, head, refusal: (.conflict, error.message))
        }
    }

    /// `POST /console/history/searches/{searchId}/open`: leads to what it asks for, as of the moment that it is of.
    private var openSearch: Endpoint {
        Endpoint(
            .post,
            "/console/history/searches/{searchId}/open",
            "Open a saved search of the history",
            tag: "console",
            access: .signedIn,
            inputs: Self.searchID,
            FormBody("form"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .conflict,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            let search = try await parts.audit.savedSearch(id, of: context.actor).search
            guard search.isWhole else {
                throw Problem(.conflict, "The words of this search were erased: it cannot be made any more.")
            }
            var reply = PageReply.seeOther(HistoryQuestion.address(HistoryQuestion.fields(of: search)))
            if let moment = search.moment {
                reply.headers.append(cookies.set(cookies.moment, ChosenMoment(Moment(moment)).cookie))
            }
            return reply
        }
    }

    /// `POST /console/history/searches/{searchId}/remove`.
    private var removeSearch: Endpoint {
        Endpoint(
            .post,
            "/console/history/searches/{searchId}/remove",
            "Remove a saved search of the history",
            tag: "console",
            access: .signedIn,
            inputs: Self.searchID,
            FormBody("form", "next"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, form, head in
            try checkForm(form, head)
            _ = try await parts.audit.removeSearch(id, by: Author(context))
            return PageReply.seeOther(Self.here(form["next"] ?? "") ?? ConsolePaths.history)
        }
    }
}
