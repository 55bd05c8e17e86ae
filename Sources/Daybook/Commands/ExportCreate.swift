import Access
import App
import ArgumentParser
import EventStore
import Exports
import JSON

struct ExportCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a report, or a table of a read model, into a file.",
        discussion: """
            With every right, as whoever has the machine; that it was made and taken away is recorded.

            EXAMPLES:
              daybook export create students --format xlsx --branch north --output students.xlsx
              daybook export create people.leave_requests --filter status=approved --output leave.csv
              daybook export create analytics --filter measure=students --from 2026-01-01 --to 2026-03-31
            """
    )

    @OptionGroup var wish: ExportOrderOptions

    @Option(help: ArgumentHelp("As of a position of the log, or a date and time.", valueName: "moment"))
    var asOf: MomentArgument?

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("Where to write it as well; it is kept as an export in any case.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let order = try wanted()
        try await database.withSystem(console) { [self] system in
            let service = system.exports
            let author = Author(id: AccessActor.operatorID)
            let id = try await service.request(order, by: author, rights: .all).exportIDs.first ?? ""
            let record = try await console.withProgress("Exporting", unit: "rows") { bar in
                let watching = Task { await Self.watch(id, service, bar) }
                defer { watching.cancel() }
                return try await service.makeNow(id, for: author.id, rights: .all)
            }
            guard record.state == .completed else {
                throw CommandFailure(.failure, record.failure ?? "It was called off.")
            }
            if let output {
                let destination = try OutputFile(path: output)
                let file = try await service.download(id, way: .command, by: author, rights: .all)
                try await file.read { try destination.write($0) }
                try destination.finish()
                guard destination.path != nil else { return }
            }
            try console.result(
                text: "Made \(id): \(ProgressLine.grouped(record.rows ?? 0)) rows, "
                    + "\(ProgressLine.grouped(record.file?.bytes ?? 0)) bytes, as of position \((record.size ?? 1) - 1).",
                json: { json in json.object { record.write(to: &$0) } }
            )
        }
    }

    private static func watch(_ id: String, _ service: ExportService, _ bar: ProgressBar) async {
        while !Task.isCancelled {
            let record = try? await service.export(id, for: AccessActor.operatorID, rights: .all)
            if let record { bar.update(record.rows ?? 0, of: record.total ?? 0) }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func wanted() throws -> ExportOrder {
        var order = try wish.order()
        switch asOf {
        case .position(let position): order.moment = .position(position)
        case .time(let time): order.moment = .time(time)
        case nil: break
        }
        return order
    }
}
