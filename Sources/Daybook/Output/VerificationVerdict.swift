import EventStore
import JSON

/// What `daybook verify` found: in the events, and in the schema that shows them to others.
struct VerificationVerdict: Sendable {
    var report: VerificationReport
    var schema: LogSchema.Comparison

    /// Whether nothing was found.
    var holds: Bool { report.holds && differences.isEmpty }

    private var differences: [String] {
        if case .different(let sentences) = schema { sentences } else { [] }
    }

    /// The verdict for a person.
    var text: String {
        guard !differences.isEmpty else { return report.text }
        let list = differences.map { "  \(TerminalText.line($0))" }
        return """
            \(report.text)
            THE SCHEMA IS NOT THE LOG'S. What is read through it may differ from the events:
            \(list.joined(separator: "\n"))
            """
    }

    /// The verdict for machines.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("holds", holds)
            report.writeMembers(to: &writer)
            writer.member(
                "schema",
                object: { writer in
                    switch schema {
                    case .same:
                        writer.member("status", "same")
                    case .different:
                        writer.member("status", "different")
                        writer.member("differences", differences)
                    case .notCompared(let reason):
                        writer.member("status", "notCompared")
                        writer.member("reason", reason)
                    }
                }
            )
        }
    }
}
