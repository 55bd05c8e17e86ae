import ArgumentParser

struct Archive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Archive old payloads of logs, and check archives.",
        subcommands: [ArchiveCreate.self, ArchiveCheck.self]
    )
}
