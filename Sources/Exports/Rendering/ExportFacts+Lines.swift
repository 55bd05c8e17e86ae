import Time

extension ExportFacts {
    /// What it says, a line each with its name.
    var lines: [Choice] {
        [
            Choice(name: "Report", value: title), Choice(name: "Log", value: origin),
            Choice(name: "As of position", value: "\(size - 1)"), Choice(name: "Recorded at", value: moment.rfc3339),
            Choice(name: "Root hash", value: rootHash),
        ] + choices + [Choice(name: "Time zone", value: zone)]
    }

    /// What ties it to the log, on one line.
    var statement: String { "Log \(origin), position \(size - 1), root hash \(rootHash)" }
}
