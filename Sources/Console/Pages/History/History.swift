import Access
import Audit
import HTTPAPI

extension ConsoleSite {
    /// The history and its events.
    var historyPages: [Endpoint] { [historyPage, overviewPage, eventPage, evidence, consistency] }

    /// `GET /console/history`: what was done, newest first, as the reader may see it.
    private var historyPage: Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .get,
            "/console/history",
            "Show the history",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: HistoryInput(),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, question, head in
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
            let values = Self.values(page, question)
            return try await self.page("history", values, at: "history", context, head, isOfMoment: true)
        }
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
            "facets": HistoryQuestion.facets.map { facet in
                ["name": facet.name, "label": facet.label, "value": question.fields[facet.name] ?? ""]
            },
            "chosen": question.fields.sorted { $0.key < $1.key }.map { name, value in
                [
                    "label": HistoryQuestion.facets.first { $0.name == name }?.label ?? Self.labels[name] ?? name,
                    "value": value, "without": question.address(with: name, nil),
                ]
            },
            "hasFacets": question.fields.keys.contains { $0 != "text" },
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
