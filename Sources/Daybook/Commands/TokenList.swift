import Access
import ArgumentParser
import JSON
import Time

struct TokenList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tokens, newest first: all but their secrets."
    )
    static let isListing = true

    @Option(help: ArgumentHelp("Those of this user alone.", valueName: "id"))
    var user: String?

    @Option(help: "How many at most.")
    var limit = 500

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit has to be at least 1.") }
    }

    func perform(_ console: Console) async throws {
        let tokens = try await database.withSystem(console) { [user, limit] system in
            try await system.tokens.list(of: user, limit: limit)
        }
        guard !console.isJSON else {
            for token in tokens { try console.result(json: { Self.write(token, to: &$0) }) }
            return
        }
        guard !tokens.isEmpty else { return console.note("There are no tokens.") }
        let now = Timestamp.now()
        var table = Table("TOKEN", "USER", "ISSUED", "BY", "STATE", "LABEL")
        for token in tokens {
            table.add(
                token.id,
                token.userID,
                token.issuedAt.toTheSecond,
                token.issuedBy,
                Self.state(token, now),
                token.label ?? ""
            )
        }
        try console.result(table.rendered())
    }

    private static func state(_ token: TokenRecord, _ now: Timestamp) -> String {
        if let revoked = token.revokedAt { return "revoked \(revoked.toTheSecond)" }
        guard let end = token.expiresAt else { return "valid" }
        return end <= now ? "expired \(end.toTheSecond)" : "until \(end.toTheSecond)"
    }

    private static func write(_ token: TokenRecord, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("tokenId", token.id)
            writer.member("userId", token.userID)
            if let label = token.label { writer.member("label", label) }
            writer.member("issuedAt", token.issuedAt)
            writer.member("issuedBy", token.issuedBy)
            if let end = token.expiresAt { writer.member("expiresAt", end) }
            if let revoked = token.revokedAt { writer.member("revokedAt", revoked) }
        }
    }
}
