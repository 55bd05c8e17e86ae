import ArgumentParser

/// A subcommand that speaks through a console and whose errors become exit statuses.
protocol ConsoleCommand: AsyncParsableCommand, Sendable {
    /// Whether it speaks to people or to machines.
    var speech: OutputOptions { get }

    /// Does the command's work.
    func perform(_ console: Console) async throws
}

extension ConsoleCommand {
    func run() async throws {
        let console = speech.console
        do {
            try await perform(console)
        } catch let error as OutputStream.Failure where error.isClosedPipe {
            // `daybook history | head` has had what it wanted.
            throw ExitCode.success
        } catch let spoken as ExitCode {
            throw spoken
        } catch {
            let failure = CommandFailure(error)
            console.error(failure.message, failure.status)
            throw ExitCode(failure.status.rawValue)
        }
    }
}
