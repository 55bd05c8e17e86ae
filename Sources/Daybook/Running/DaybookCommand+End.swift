import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension DaybookCommand {
    /// Makes writing to a reader that went away an error instead of the end of the process.
    static func ignoreClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Ends the process: with help or version on standard output, with a mistake in the command on standard error, or
    /// with the status of a command that has spoken for itself.
    static func end(with error: any Error) -> Never {
        if let code = error as? ExitCode { endProcess(code.rawValue) }
        var text = fullMessage(for: error)
        guard exitCode(for: error) != .success else {
            try? OutputStream.standardOutput.write(text + "\n")
            endProcess(ExitStatus.success.rawValue)
        }
        if text.hasPrefix("Error:") { text = "error:\(text.dropFirst("Error:".count))" }
        let arguments = CommandLine.arguments.dropFirst()
        // What follows `--` are values, not options.
        if arguments.prefix(while: { $0 != "--" }).contains("--json") {
            Console(format: .json).error(message(for: error), .usage)
        } else {
            try? OutputStream.standardError.write(TerminalText.lines(text) + "\n")
        }
        endProcess(ExitStatus.usage.rawValue)
    }
}

// `exit` within a command is the command's own.
private func endProcess(_ status: Int32) -> Never { exit(status) }
