import Access
import App
import ArgumentParser
import Events
import JSON
import Time

struct TokenIssue: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a token, and print it alone on standard output.",
        discussion: """
            Whoever runs this has the data directory and so needs no permission; it is recorded as done by “operator”. \
            A user who is not registered yet is registered first. The token is shown this once: the log holds its \
            digest alone. Works while the server runs, and counts there at once.

            EXAMPLES:
              daybook token issue --user admin
              daybook token issue --user import --kind service --expires 30d
            """
    )

    @Option(help: ArgumentHelp("Whom it signs in.", valueName: "id"))
    var user: String

    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var label: String?

    @Option(help: ArgumentHelp("Until when it counts: a time, or in how long (12h, 30d).", valueName: "moment"))
    var expires: Expiry?

    @Option(help: "What the user is, if not registered yet: person or service.")
    var kind: Identity.UserRegistered.Kind = .person

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let issued = try await database.withSystem(console, mayCreate: true) { [self] system in
            try await register(system)
            return try await system.tokens.issue(
                to: user,
                label: label,
                expiresAt: expires?.moment(after: .now()),
                CommandContext(actor: .operator)
            )
        }
        try console.result(
            text: issued.secret,
            json: { writer in
                writer.object { writer in
                    writer.member("token", issued.secret)
                    writer.member("tokenId", issued.id)
                    writer.member("userId", issued.userID)
                    if let end = issued.expiresAt { writer.member("expiresAt", end) }
                }
            }
        )
    }

    private func register(_ system: DaybookSystem) async throws {
        guard try await !system.directory.current().model.identity.isRegistered(user) else { return }
        do {
            _ = try await system.tokens.register(
                RegisterUser(userID: user, kind: kind),
                CommandContext(actor: .operator)
            )
        } catch let error as AccessRefusal where error.code == .duplicateName {
            // Somebody else was quicker, which is as good.
        }
    }
}

extension Identity.UserRegistered.Kind: ExpressibleByArgument {}
