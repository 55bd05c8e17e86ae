import ArgumentParser
import JSON
import ProjectionEngine

struct ProjectionsStatus: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the read models stand.",
        discussion: "Exit status 3 means that one of them has stopped, or was made by other SQL than this program's."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let statuses = try await database.withInspection(console) { try await $0.projections.status() }
        try console.verdict { try show(statuses, console) }
        guard statuses.allSatisfy({ $0.isHealthy && $0.isOfThisProgram }) else {
            throw ExitCode(ExitStatus.findings.rawValue)
        }
    }

    private func show(_ statuses: [ProjectionStatus], _ console: Console) throws {
        if console.isJSON {
            for status in statuses { try console.result(json: { status.write(to: &$0) }) }
        } else {
            var table = Table([
                Table.Column("READ MODEL"), Table.Column("VERSION", .right), Table.Column("MODE"),
                Table.Column("STATE"), Table.Column("EVENTS", .right), Table.Column("BEHIND", .right),
            ])
            for status in statuses {
                table.add(
                    status.name,
                    "\(status.version)",
                    status.mode.rawValue,
                    status.isHealthy && !status.isOfThisProgram ? "outdated" : status.condition.rawValue,
                    ProgressLine.grouped(status.position),
                    ProgressLine.grouped(status.lag)
                )
            }
            try console.result(table.rendered())
            for status in statuses { try console.result(lines: status.remarks) }
        }
    }
}

extension ProjectionStatus {
    /// What a person should do about it, if anything.
    fileprivate var remarks: [String] {
        var remarks: [String] = []
        switch condition {
        case .quarantined:
            let place = errorPosition.map { " the event at position \($0)" } ?? " an event"
            remarks.append("\(name) stopped before\(place): \(TerminalText.line(error ?? "no reason was kept"))")
            remarks.append("  After mending the cause: daybook projections resume \(name)")
        case .missing:
            remarks.append("\(name) was never made. Make it with: daybook migrate")
        case .running where !isOfThisProgram:
            remarks.append("\(name) was made by other SQL than this program's: daybook projections rebuild \(name)")
        case .running: break
        }
        if let rebuildPosition {
            remarks.append("\(name): a rebuild is under way or was interrupted, at position \(rebuildPosition).")
        }
        return remarks
    }
}
