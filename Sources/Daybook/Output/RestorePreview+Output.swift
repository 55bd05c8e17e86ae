import JSON
import Recovery

extension RestoreFindings {
    /// What would change, for a person: counts, and the first rows of each kind.
    var text: String {
        let moment = "position \(toPosition), recorded \(recordedAt.toTheSecond)"
        guard !things.isEmpty else { return "Going back to \(moment) would change nothing." }
        var lines = ["Going back to \(moment) would change:"]
        for kind in things {
            let counts = [("again", kind.added), ("no more", kind.removed), ("otherwise", kind.changed)]
                .filter { $0.1 > 0 }.map { "\(ProgressLine.grouped(Int64($0.1))) \($0.0)" }
            lines.append("")
            lines.append("\(kind.thing): \(counts.joined(separator: ", "))")
            lines += kind.rows.prefix(20).map { "  \(Self.sign($0.change)) \(TerminalText.line($0.label))" }
            let more = kind.count - min(20, kind.rows.count)
            if more > 0 { lines.append("    … and \(ProgressLine.grouped(Int64(more))) more") }
        }
        lines.append("")
        lines.append(
            administrators.isEmpty
                ? "Nobody could administer then: this restore is refused."
                : "Could administer then: \(administrators.map(TerminalText.line).joined(separator: ", "))."
        )
        return lines.joined(separator: "\n")
    }

    private static func sign(_ change: RestoredRow.Change) -> String {
        switch change {
        case .added: "+"
        case .removed: "-"
        case .changed: "~"
        }
    }
}

extension RestorePreview {
    /// What would change, for machines.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("toPosition", findings.toPosition)
            if let time = findings.toTimestamp { writer.member("toTimestamp", time) }
            writer.member("recordedAt", findings.recordedAt)
            writer.member("administrators", findings.administrators)
            if let obstacle = findings.obstacle { writer.member("obstacle", obstacle) }
            writer.member("things", array: { writer in for kind in findings.things { kind.write(to: &writer) } })
        }
    }
}

extension RestoredThings {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("readModel", projection)
            writer.member("thing", thing)
            writer.member("added", added)
            writer.member("removed", removed)
            writer.member("changed", changed)
            writer.member(
                "rows",
                array: { writer in
                    for row in rows {
                        writer.object { writer in
                            writer.member("change", row.change.rawValue)
                            writer.member("label", row.label)
                            writer.member("key", .object(row.key))
                            if let before = row.before { writer.member("before", .object(before)) }
                            if let after = row.after { writer.member("after", .object(after)) }
                        }
                    }
                }
            )
        }
    }
}
