import Access
import Audit
import HTTPAPI
import Time

extension ConsoleSite {
    /// What goes through time: the choice of a moment, and what is different between two.
    var timeMachine: [Endpoint] { [chooseMoment, comparePage] }

    /// `GET /console/compare`: what is different between two moments in roles, people, grants and settings, as far as the reader may
    /// read their trails.
    private var comparePage: Endpoint {
        let permission = BuiltInPermission.readTrails
        return Endpoint(
            .get,
            "/console/compare",
            "Compare two moments",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: PageQuery("from", "to"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            try await context.require(permission.name, in: .anywhere)
            let chosen = cookies.chosenMoment(in: head.headers)?.moment
            var values: [String: Any] = [
                "from": query["from"] ?? "", "to": query["to"] ?? "", "isChosen": chosen != nil,
                "stretches": Self.stretches(before: chosen, context.now),
            ]
            if let from = query["from"] {
                let before = try Self.moment(from, "from", context.now)
                let after = try query["to"].map { try Self.moment($0, "to", context.now) } ?? chosen
                let comparison = try await parts.audit.comparison(
                    from: AuditMoment(before, cursor: nil),
                    to: AuditMoment(after, cursor: nil),
                    by: try await parts.log.history.reader(permission, context)
                )
                values.merge(CompareFacts(comparison).values) { $1 }
                values["fromMoment"] = Self.words(before)
                values["toMoment"] = after.map(Self.words) ?? "now"
            }
            // A comparison that names both its moments shows neither the one that was chosen nor now.
            let isOfMoment = query["to"] == nil ? true : nil
            return try await page("compare", values, at: "compare", context, head, isOfMoment: isOfMoment)
        }
    }

    private static func moment(_ text: String, _ name: String, _ now: Timestamp) throws -> Moment {
        guard let moment = MomentText.parse(text) else {
            throw Problem.parameter(
                .query,
                name,
                "is to be a position of the log, or a date and time like 2026-01-31 08:30."
            )
        }
        if case .time(let time) = moment, time > now {
            throw Problem.parameter(.query, name, "lies in the future, which is not recorded yet.")
        }
        return moment
    }

    private static func words(_ moment: Moment) -> String {
        switch moment {
        case .position(let position): "just after event \(Figure.grouped(position))"
        case .time(let time): MomentText.words(time)
        }
    }

    /// Stretches of time that people often ask about, up to the moment that was chosen.
    private static func stretches(before chosen: Moment?, _ now: Timestamp) -> [[String: Any]] {
        var end = now
        switch chosen {
        case .position: return []
        case .time(let time): end = time
        case nil: break
        }
        return [("day", 1), ("week", 7), ("month", 30), ("year", 365)].map { name, days in
            let from = end - .seconds(days * 86_400)
            return ["label": name, "path": "\(ConsolePaths.compare)?from=\(PercentCoding.encode(from.rfc3339))"]
        }
    }
}
