import Audit
import HTTPAPI
import Time

/// What the overview of a list says, as its template has it. Each bar and each value leads to the list narrowed down to it.
struct OverviewFacts {
    private static let day: Int64 = 86_400_000_000
    let values: [String: Any]

    init(_ overview: AuditOverview, _ question: HistoryQuestion) {
        let step = overview.step
        let bars = overview.stretches.map { stretch in
            let (from, to) = Self.ends(stretch.start, step, question)
            return BarChart.Bar(
                label: Self.label(stretch.start, step),
                value: Double(stretch.count),
                figure: Figure.grouped(stretch.count),
                address: question.address(with: ["from": from, "to": to]),
                range: (from, to)
            )
        }
        let facets = HistoryQuestion.facets.compactMap { facet -> [String: Any]? in
            guard let counts = overview.facets[facet.name], !counts.isEmpty, question.fields[facet.name] == nil else {
                return nil
            }
            let lines: [[String: Any]] = counts.map { count in
                [
                    "value": count.key, "count": Figure.grouped(count.count),
                    "address": question.address(with: [facet.name: count.key]),
                ]
            }
            return ["label": facet.label, "values": lines]
        }
        values = [
            "total": Figure.grouped(overview.total),
            "isEmpty": overview.total == 0,
            "step": Self.length(step),
            "chart": BarChart(name: "overview", title: "Events \(Self.length(step))", bars: bars).values,
            "facets": facets,
            "list": question.address(),
        ]
    }

    /// The stretch as the form takes it, no wider than what is asked for already: days where it is of days, else moments.
    private static func ends(
        _ start: Timestamp,
        _ step: Int64,
        _ question: HistoryQuestion
    ) -> (from: String, to: String) {
        let end = Timestamp(microseconds: start.microseconds + step - 1)
        func text(_ moment: Timestamp) -> String {
            step % day == 0 ? String(moment.rfc3339.prefix(10)) : moment.rfc3339
        }
        let isFromTighter = question.filter.from.map { $0 > start } ?? false
        let isToTighter = question.filter.to.map { $0 < end } ?? false
        return (
            (isFromTighter ? question.fields["from"] : nil) ?? text(start),
            (isToTighter ? question.fields["to"] : nil) ?? text(end)
        )
    }

    private static func label(_ start: Timestamp, _ step: Int64) -> String {
        let text = start.rfc3339
        return step % day == 0 ? String(text.prefix(10)) : "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    private static func length(_ step: Int64) -> String {
        let minutes = step / 60_000_000
        switch minutes {
        case ..<2: return "a minute"
        case ..<60: return "in \(minutes) minutes"
        case 60: return "an hour"
        case ..<1_440: return "in \(minutes / 60) hours"
        case 1_440: return "a day"
        case 10_080: return "a week"
        default: return "in \(minutes / 1_440) days"
        }
    }
}
