import ArgumentParser
import EventStore
import Foundation
import TestSupport

/// Injects each kind of fault for as many rounds as asked, on one log, and checks the whole log after every few.
@main
struct FaultMatrix: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools/faults/run",
        abstract: "Kill and freeze writers and PostgreSQL under load, and look whether the log holds.",
        discussion: """
            Each round lets two writer processes append, injects one fault at a random moment, and lets them go on. Then \
            every event that a caller was told is in the log has to be there once, in its place, with its leaf hash, and \
            the whole log has to verify against a checkpoint kept from the round before. PostgreSQL flushes as it does \
            in service.

            EXIT STATUS: 0 if everything held, 3 if something did not.
            """
    )

    @Option(help: ArgumentHelp("How many rounds for each fault.", valueName: "n"))
    var rounds = 25

    @Option(help: ArgumentHelp("Only this fault; repeat for several: \(Fault.names).", valueName: "fault"))
    var only: [Fault] = []

    @Option(help: ArgumentHelp("How many callers append at once in each process.", valueName: "n"))
    var lanes = 32

    func validate() throws {
        guard rounds > 0, lanes > 0 else { throw ValidationError("--rounds and --lanes take positive numbers.") }
    }

    func run() async throws {
        var held = true
        for fault in only.isEmpty ? Fault.allCases : only {
            let problems = try await FaultRun(fault: fault, rounds: rounds, lanes: lanes).outcome()
            for problem in problems { say("  \(problem)") }
            held = held && problems.isEmpty
        }
        say(held ? "Everything held." : "Something did not hold.")
        if !held { throw ExitCode(3) }
    }
}

/// Says a line at once, also to a file or a pipe.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
