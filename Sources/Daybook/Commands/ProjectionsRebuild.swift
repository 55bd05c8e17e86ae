import ArgumentParser
import JSON
import ProjectionEngine

struct ProjectionsRebuild: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make read models anew from the log, while the old ones serve.",
        discussion: """
            Works beside a running server. Ctrl-C stops it; the next call goes on from there.

            EXAMPLES:
              daybook projections rebuild            all of them
              daybook projections rebuild audit
            """
    )

    @Argument(help: "The read models; all of them if none is given.")
    var names: [String] = []

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withInspection(console) { [names] inspection in
            let engine = inspection.projections
            for name in try engine.names(names) {
                try await console.withProgress("Rebuilding \(name)", unit: "events") { bar in
                    try await engine.rebuild(name) { bar.update($0.position, of: $0.total) }
                }
                if console.isJSON {
                    try console.result(json: { $0.object { $0.member("rebuilt", name) } })
                }
            }
        }
    }
}

extension ProjectionEngine {
    /// The read models asked for, each known; all of them if none is.
    func names(_ asked: [String]) throws -> [String] {
        try asked.isEmpty ? definitions.map(\.name) : asked.map { try definition($0).name }
    }
}
