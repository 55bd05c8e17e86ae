import JSON

/// Where a command speaks: results on standard output, everything else on standard error.
///
/// With `--json` a result is one JSON document, and an error a JSON object on standard error. Alone in printing.
struct Console: Sendable {
    enum Format: Sendable {
        case text, json
    }

    let format: Format
    /// No progress and no remarks; results, warnings and errors only.
    let isQuiet: Bool
    let output: OutputStream
    let errors: OutputStream

    init(
        format: Format = .text,
        isQuiet: Bool = false,
        output: OutputStream = .standardOutput,
        errors: OutputStream = .standardError
    ) {
        self.format = format
        self.isQuiet = isQuiet
        self.output = output
        self.errors = errors
    }

    var isJSON: Bool { format == .json }

    /// A command's result in the format asked for; only the one that is wanted is made.
    func result(text: @autoclosure () -> String, json: (inout JSONWriter) -> Void) throws {
        switch format {
        case .text: try result(text())
        case .json: try result(json: json)
        }
    }

    /// Speaks the result of a check, whose exit status says the same: a reader that goes away takes nothing from it.
    func verdict(_ speak: () throws -> Void) throws {
        do { try speak() } catch let error as OutputStream.Failure where error.isClosedPipe { return }
    }

    /// The result of a check in the format asked for.
    func verdict(text: @autoclosure () -> String, json: (inout JSONWriter) -> Void) throws {
        try verdict { try result(text: text(), json: json) }
    }

    /// A result for people, as it is, and a line break. Words from outside belong through ``TerminalText`` first.
    func result(_ text: String) throws { try output.write(text + "\n") }

    /// Further lines of a result for people.
    func result(lines: [String]) throws {
        for line in lines { try result(line) }
    }

    /// A result for machines: one document on a line.
    func result(json body: (inout JSONWriter) -> Void) throws {
        var writer = JSONWriter()
        body(&writer)
        try output.write(writer.bytes + [UInt8(ascii: "\n")])
    }

    /// Bytes of a result that is a file: an export, a proof.
    func result(bytes: [UInt8]) throws { try output.write(bytes) }

    /// A remark for the person who waits: what is being done. Nothing for machines.
    func note(_ text: String) {
        guard !isQuiet, format == .text else { return }
        say(TerminalText.lines(text))
    }

    /// Something that the person should know although the command goes on.
    func warning(_ text: String) { say("warning: \(TerminalText.lines(text))") }

    /// The reason for which the command ends.
    func error(_ text: String, _ status: ExitStatus) {
        switch format {
        case .text:
            say("error: \(TerminalText.lines(text))")
        case .json:
            var writer = JSONWriter()
            writer.object { writer in
                writer.member(
                    "error",
                    object: { writer in
                        writer.member("message", text)
                        writer.member("exitStatus", Int(status.rawValue))
                        writer.member("meaning", status.meaning)
                    }
                )
            }
            try? errors.write(writer.bytes + [UInt8(ascii: "\n")])
        }
    }

    /// There is nobody to tell that standard error is closed.
    private func say(_ text: String) { try? errors.write(text + "\n") }
}
