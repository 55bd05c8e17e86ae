import ArgumentParser
import JSON
import ProjectionEngine

struct ProjectionsCheck: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Prove that read models are what the log gives, row for row.",
        discussion: """
            Replays the log beside the tables and compares, and compares the views that they are read through, their \
            functions, triggers, policies and rights with those that this program makes. Nothing is changed, and servers \
            go on. Exit status 3 means that something differs.
            """
    )

    @Argument(help: "The read models; all of them if none is given.")
    var names: [String] = []

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let isEqual = try await database.withInspection(console) { [names] inspection in
            let engine = inspection.projections
            var isEqual = true
            for name in try engine.names(names) {
                let check = try await console.withProgress("Checking \(name)", unit: "events") { bar in
                    try await engine.check(name) { bar.update($0.position, of: $0.total) }
                }
                try console.verdict(text: check.text, json: { check.write(to: &$0) })
                isEqual = isEqual && check.isEqual
            }
            return isEqual
        }
        if !isEqual { throw ExitCode(ExitStatus.findings.rawValue) }
    }
}

extension ProjectionCheck {
    fileprivate var text: String {
        let rows = ProgressLine.grouped(tables.reduce(0) { $0 + $1.rows })
        if isEqual {
            return "\(projection): equal; \(rows) rows in \(tables.count) tables at position \(position - 1)."
        }
        var lines = ["\(projection): DIFFERS from what the log gives."]
        for table in tables where !table.isEqual {
            lines.append("  \(table.table): \(table.rows) rows, where the log gives \(table.expectedRows)")
            lines += table.missing.map { "    missing     \(TerminalText.line($0))" }
            lines += table.unexpected.map { "    unexpected  \(TerminalText.line($0))" }
        }
        lines += differences.map { "  \(TerminalText.line($0))" }
        lines.append("  Make it anew with: daybook projections rebuild \(projection)")
        return lines.joined(separator: "\n")
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("projection", projection)
            writer.member("isEqual", isEqual)
            writer.member("events", position)
            writer.member(
                "tables",
                array: { writer in
                    for table in tables {
                        writer.object { writer in
                            writer.member("table", table.table)
                            writer.member("isEqual", table.isEqual)
                            writer.member("rows", table.rows)
                            writer.member("expectedRows", table.expectedRows)
                            writer.member("missing", table.missing)
                            writer.member("unexpected", table.unexpected)
                        }
                    }
                }
            )
            writer.member("differences", differences)
        }
    }
}
