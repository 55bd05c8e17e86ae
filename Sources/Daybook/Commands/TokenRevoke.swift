import Access
import ArgumentParser
import JSON

struct TokenRevoke: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a token before its time.",
        discussion: """
            Takes the token's id, as `daybook token list` shows it, or the whole token where that is what was found. \
            It is refused from the very next request on.

            EXAMPLES:
              daybook token revoke 0199a1b2c3d47e5f8091a2b3c4d5e6f7 --reason "laptop lost"
            """
    )

    @Argument(help: "The token's id, or the token itself.")
    var token: String

    @Option(help: ArgumentHelp("Why; goes into the log.", valueName: "text"))
    var reason: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    /// The id alone, also of a token that was copied in part: the rest is a secret, and no error is to repeat it.
    private var publicID: String {
        guard token.hasPrefix(APIToken.prefix) else { return token }
        return String(token.dropFirst(APIToken.prefix.count).prefix { $0 != "_" })
    }

    func perform(_ console: Console) async throws {
        let id = publicID
        let outcome = try await database.withSystem(console) { [reason] system in
            try await system.tokens.revoke(id, reason: reason, CommandContext(actor: .operator))
        }
        try console.result(
            text: outcome.events.isEmpty
                ? "The token \(TerminalText.line(id)) was revoked before."
                : "Revoked the token \(TerminalText.line(id)).",
            json: { writer in
                writer.object { writer in
                    writer.member("tokenId", id)
                    writer.member("revoked", !outcome.events.isEmpty)
                }
            }
        )
    }
}
