import ArgumentParser

struct Proof: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that an event is in the log, and check such proofs offline.",
        discussion: """
            EXAMPLES:
              daybook proof 20117 --output event.json
              daybook proof check event.json --key daybook.pub
            """,
        subcommands: [ProofWrite.self, ProofCheck.self],
        defaultSubcommand: ProofWrite.self
    )
}
