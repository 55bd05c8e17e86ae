import EventStore
import JSON

extension VerificationReport {
    /// The report for a person.
    var text: String {
        let count = ProgressLine.grouped
        let scope =
            events == 0
            ? "no events"
            : "\(count(events)) \(events == 1 ? "event" : "events"), "
                + "positions \(range.lowerBound) to \(range.upperBound - 1)"
        let facts = """
            \(scope); \(count(checkpoints)) signed \(checkpoints == 1 ? "checkpoint" : "checkpoints"); \
            \(count(erased)) with erased personal text\(archivedText)
            root \(root)
            """
        if holds { return "The log holds: \(facts)" }
        let more = furtherFindings > 0 ? "\n  … and \(count(Int64(furtherFindings))) more" : ""
        let list = findings.map { "  \(Self.place($0))  \($0.kind.rawValue): \(TerminalText.line($0.message))" }
        return """
            THE LOG DOES NOT HOLD. The first bad position is \(firstBadPosition ?? 0).
            \(list.joined(separator: "\n"))\(more)
            Checked: \(facts)
            """
    }

    /// Which payloads are archived, or were given up.
    private var archivedText: String {
        archived.map { payloads in
            let place = payloads.archiveID.map { "archived as \(TerminalText.line($0))" } ?? "given up"
            return
                "\n\(ProgressLine.grouped(payloads.count)) payloads, positions \(payloads.from) to \(payloads.to), \(place)"
        }
        .joined()
    }

    private static func place(_ finding: VerificationFinding) -> String {
        finding.below > finding.position + 1 ? "\(finding.position)–\(finding.below - 1)" : "\(finding.position)"
    }

    /// The members of the report for machines.
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("from", range.lowerBound)
        writer.member("to", range.upperBound)
        writer.member("events", events)
        writer.member("erased", erased)
        writer.member(
            "released",
            array: { writer in
                for payloads in archived {
                    writer.object { writer in
                        if let archive = payloads.archiveID { writer.member("archiveId", archive) }
                        writer.member("from", payloads.from)
                        writer.member("to", payloads.to)
                        writer.member("count", payloads.count)
                    }
                }
            }
        )
        writer.member("checkpoints", checkpoints)
        writer.member("root", root)
        if let firstBadPosition { writer.member("firstBadPosition", firstBadPosition) }
        writer.member(
            "findings",
            array: { writer in
                for finding in findings {
                    writer.object { writer in
                        writer.member("kind", finding.kind.rawValue)
                        writer.member("position", finding.position)
                        writer.member("below", finding.below)
                        writer.member("message", finding.message)
                    }
                }
            }
        )
        writer.member("furtherFindings", furtherFindings)
    }
}
