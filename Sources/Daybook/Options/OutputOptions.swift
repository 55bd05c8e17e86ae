import ArgumentParser

/// How a command speaks.
struct OutputOptions: ParsableArguments, Sendable {
    @Flag(help: "Results as JSON on standard output, errors as JSON on standard error.")
    var json = false

    @Flag(name: [.short, .long], help: "No progress and no remarks: results and errors only.")
    var quiet = false

    var console: Console { Console(format: json ? .json : .text, isQuiet: quiet) }
}
