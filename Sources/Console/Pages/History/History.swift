import Access
import Audit
import HTTPAPI
import HTTPTypes

extension ConsoleSite {
    /// The history, its events, and the searches of it that are saved.
    var historyPages: [Endpoint] { [historyPage, overviewPage, eventPage, evidence, consistency] + searchPages }

    /// `GET /console/history`: what was done, newest first, as the reader may see it.
    private var historyPage: Endpoint {
        Endpoint(
            .get,
            "/console/history",
            "Show the history",
            tag: "console",
            access: .permission(BuiltInPermission.readEvents.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: HistoryInput(),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, question, head in
            try await history(question, context, head)
        }
    }

    /// The page of a question.
    ///
    /// - Parameter refusal: why the search was not saved that its form asked to.
    func history(
        _ question: HistoryQuestion,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        refusal: (status: HTTPResponse.Status, sentence: String)? = nil
    ) async throws -> Reply {
        let permission = BuiltInPermission.readEvents
        try await context.require(permission.name, in: .history(question.filter.branch))
        let reader = try await parts.log.history.reader(permission, context)
        // A moment that was chosen since counts for what follows, too.
        let chosen = cookies.chosenMoment(in: head.headers)?.moment
        let page = try await parts.audit.events(
            question.filter,
            asOf: AuditMoment(chosen, cursor: chosen == nil ? question.after : nil),
            below: question.after?.position,
            limit: 50,
            by: reader
        )
        var values = Self.values(page, question)
        values.merge(try await saved(question, chosen, context)) { $1 }
        values["refusal"] = refusal.map { $0.sentence as Any } ?? false
        values["export"] =
            Navigation(parts).holds([.createExports], context, in: .anywhere)
            ? question.export(ofSize: page.size) as Any : false
        var reply = try await self.page(
            "history",
            values,
            at: "history",
            context,
            head,
            isOfMoment: true,
            address: question.address()
        )
        if let refusal { reply.status = refusal.status }
        return reply
    }

    /// The searches that the reader has saved, and what the form for one more has. The page is shown without them where they
    /// cannot be told just now.
    private func saved(
        _ question: HistoryQuestion,
        _ chosen: Moment?,
        _ context: RequestContext
    ) async throws -> [String: Any] {
        var searches: [SavedSearch] = []
        var isBehind = false
        do {
            searches = try await parts.audit.savedSearches(of: context.actor).searches
        } catch let error as AuditError {
            guard case .behind = error.code else { throw error }
            isBehind = true
        }
        let opened = searches.first { $0.id == question.fields[HistoryQuestion.opened] }
        return [
            "searches": searches.map { SearchLine($0, opened: opened?.id).values },
            "searchCount": Figure.grouped(Int64(searches.count)),
            "areSearchesAway": isBehind,
            "hasOpened": opened != nil,
            "openedName": opened?.name ?? "",
            "change": opened.map { ConsolePaths.search($0.id) as Any } ?? false,
            "filledIn": question.fields.sorted { $0.key < $1.key }.map { ["field": $0.key, "filled": $0.value] },
            "ofMoment": chosen != nil,
        ]
    }

    private static func values(_ page: AuditPage<AuditEntry>, _ question: HistoryQuestion) -> [String: Any] {
        var day = ""
        let lines = page.lines.map { entry in
            var line = EventLine(entry, question).values
            let own = String(entry.createdAt.rfc3339.prefix(10))
            if own != day { line["newDay"] = own }
            day = own
            return line
        }
        var values: [String: Any] = [
            "lines": lines,
            "isEmpty": lines.isEmpty,
            "events": Figure.grouped(page.size),
            "text": question.fields["text"] ?? "",
            "from": question.fields["from"] ?? "",
            "to": question.fields["to"] ?? "",
            "opened": question.fields[HistoryQuestion.opened].map { $0 as Any } ?? false,
            "facets": HistoryQuestion.facets.map { facet in
                ["name": facet.name, "label": facet.label, "value": question.fields[facet.name] ?? ""]
            },
            "chosen": question.chosen.map { name, value in
                [
                    "label": HistoryQuestion.facets.first { $0.name == name }?.label ?? Self.labels[name] ?? name,
                    "value": value, "without": question.address(with: name, nil),
                ]
            },
            "hasFacets": question.chosen.contains { $0.name != "text" },
            "isContinued": question.after != nil,
            "start": question.address(),
            "overview": question.overview,
            "fromKind": Self.kind(question.fields["from"]),
            "toKind": Self.kind(question.fields["to"]),
        ]
        if let next = page.next {
            values["next"] = question.address(after: PageCursor(position: next, asOf: page.size))
        }
        return values
    }

    /// Browsers' fields for dates hold no times of day.
    private static func kind(_ moment: String?) -> String { moment.map { $0.count > 10 } == true ? "text" : "date" }

    private static let labels = ["text": "Words", "from": "From", "to": "Until"]
}
