import App
import ArgumentParser
import JSON
import Logging

struct Migrate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database up to date.",
        discussion: """
            Runs the files of the schema that this database has not seen yet, and makes or rebuilds the read models \
            that this program has in another version. `serve` does the same at its start; use this to have it done \
            beforehand, or by a database user with more rights than the server has.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let migration = try await DaybookMigration.run(
            try database.configuration(logLevel: .warning, console),
            logger: Logger(label: "daybook"),
            progress: StartReport(console).handlers
        )
        try console.result(
            text: Self.text(migration),
            json: { writer in
                writer.object { writer in
                    writer.member("applied", migration.applied)
                    writer.member(
                        "projections",
                        array: { writer in
                            for status in migration.projections { status.write(to: &writer) }
                        }
                    )
                }
            }
        )
    }

    private static func text(_ migration: DaybookMigration) -> String {
        let schema =
            migration.applied.isEmpty
            ? "The schema is up to date." : "Applied to the schema: \(migration.applied.joined(separator: ", "))."
        let models = migration.projections.map { "\($0.name) v\($0.version)" }.joined(separator: ", ")
        return "\(schema)\nRead models: \(models)."
    }
}
