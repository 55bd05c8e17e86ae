import EventStore
import JSON

/// What `daybook verify` found: in the events, and in the schema that shows them to others.
struct VerificationVerdict: Sendable {
    var report: VerificationReport
    /// Nil where only the events were asked for.
    var schema: LogSchema.Comparison?

    /// Whether all holds that was asked for; nil where nothing was found, but the schema could not be compared.
    var holds: Bool? {
        guard report.holds, differences.isEmpty else { return false }
        if case .notCompared? = schema { return nil }
        return true
    }

    /// What the process ends with.
    var status: ExitStatus {
        switch holds {
        case true?: .success
        case false?: .findings
        case nil: .unknown
        }
    }

    private var differences: [String] {
        if case .different(let sentences)? = schema { sentences } else { [] }
    }

    /// The verdict for a person.
    var text: String {
        if case .notCompared(let reason)? = schema {
            return """
                \(report.text)
                WHETHER THE SCHEMA IS THE LOG'S IS UNKNOWN. What is read through it may differ from the events:
                  \(TerminalText.line(reason))
                """
        }
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
            let verdict: JSONValue = holds.map(JSONValue.bool) ?? .null
            writer.member("holds", verdict)
            report.writeMembers(to: &writer)
            guard let schema else { return }
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
