import ArgumentParser
import JSON
import ProjectionEngine

struct ProjectionsResume: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a read model that stopped try again from the event that stopped it."
    )

    @Argument(help: "The read model.")
    var name: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let resumed = try await database.withInspection(console) { [name] in try await $0.projections.resume(name) }
        try console.result(
            text: resumed ? "\(name) goes on when a server runs." : "\(name) had not stopped.",
            json: { writer in
                writer.object { writer in
                    writer.member("projection", name)
                    writer.member("resumed", resumed)
                }
            }
        )
    }
}
