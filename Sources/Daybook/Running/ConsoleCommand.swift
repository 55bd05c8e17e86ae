import ArgumentParser

/// A subcommand that speaks through a console and whose errors become exit statuses.
protocol ConsoleCommand: AsyncParsableCommand, Sendable {
    /// Whether it speaks to people or to machines.
    var speech: OutputOptions { get }

    /// Whether it only shows what there is: a reader that goes away has had what it wanted. What was to be done is not
    /// known to be done where nobody could be told.
    static var isListing: Bool { get }

    /// Does the command's work.
    func perform(_ console: Console) async throws
}

extension ConsoleCommand {
    static var isListing: Bool { false }

    func run() async throws {
        let console = speech.console
        do {
            try await perform(console)
        } catch let error as OutputStream.Failure where error.isClosedPipe && Self.isListing {
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
