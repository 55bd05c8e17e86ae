import ArgumentParser

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List and rotate the keys that sign checkpoints.",
        subcommands: [KeysList.self, KeysRotate.self],
        defaultSubcommand: KeysList.self
    )
}
