import ArgumentParser

struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Issue, revoke and list sign-in tokens.",
        subcommands: [TokenIssue.self, TokenRevoke.self, TokenList.self]
    )
}
