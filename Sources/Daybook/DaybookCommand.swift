import App
import ArgumentParser

/// The program `daybook`.
@main
struct DaybookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "An append-only, signed book of an institution's roles, permissions and history.",
        discussion: """
            Everything lives in one data directory (--data-dir, .daybook unless told otherwise): the signing keys and, \
            where DATABASE_URL names no other, a private PostgreSQL that runs only while it is used.

            EXAMPLES:
              daybook serve                      start; the first start makes it all
              daybook token issue --user admin   a token to sign in with
              daybook history --subject ada --from 2025-09-01T00:00:00Z
              daybook verify --checkpoint kept-elsewhere.txt
              daybook restore --to 2025-10-01T08:00:00Z --preview

            EXIT STATUS:
              0  success
              1  failure
              2  the command or its configuration is wrong
              3  a check did not hold: tampering, a false proof, tables that differ
              4  refused: not allowed, or not possible as things are
              5  the database or the server cannot be reached
              6  a check could not be carried out to its end: nothing was found, but not all was looked at

            ENVIRONMENT:
            \(DaybookConfiguration.describe())
            """,
        version: DaybookServer.version,
        subcommands: [
            Serve.self, Migrate.self, Token.self, History.self, Verify.self, Proof.self, Export.self, Restore.self,
            Projections.self, Keys.self, Erase.self, Archive.self, Backup.self, Demo.self,
        ]
    )

    static func main() async {
        ignoreClosedPipes()
        do {
            var command = try await asyncParseAsRoot(nil)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }
}
