import Testing

@testable import Daybook

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct ConsoleTests {
    @Test func resultsGoToOutputAndTheRestToErrors() throws {
        let spoken = try speaking { console in
            try console.result("result")
            console.note("note")
            console.warning("careful")
            console.error("why", .refused)
        }
        #expect(spoken.output == "result\n")
        #expect(spoken.errors == "note\nwarning: careful\nerror: why\n")
    }

    @Test func machinesGetDocumentsAlone() throws {
        let spoken = try speaking(format: .json) { console in
            try console.result(text: "for people") { $0.object { $0.member("size", 3) } }
            console.note("note")
            console.error("why", .findings)
        }
        #expect(spoken.output == "{\"size\":3}\n")
        #expect(
            spoken.errors == #"{"error":{"message":"why","exitStatus":3,"meaning":"a check did not hold"}}"# + "\n"
        )
    }

    @Test func quietKeepsWarningsAndErrors() throws {
        let spoken = try speaking(isQuiet: true) { console in
            console.note("note")
            console.warning("careful")
            let bar = ProgressBar(console, "Working", unit: "events", total: 2)
            bar.update(1)
            bar.finish()
        }
        #expect(spoken.errors == "warning: careful\n")
    }

    @Test func progressIntoAFileEndsWithWhatWasDone() throws {
        let spoken = try speaking { console in
            let bar = ProgressBar(console, "Working", unit: "events", total: 2)
            for done in 0...2 { bar.update(Int64(done)) }
            bar.finish()
            bar.finish()
        }
        #expect(spoken.errors.hasPrefix("Working: 2 events in 0"))
        #expect(spoken.errors.split(separator: "\n").count == 1)
        #expect(!spoken.errors.contains("\r"))
    }

    @Test func errorsKeepTheTerminalIntact() throws {
        let spoken = try speaking { $0.error("role \u{1b}]0;x\u{7}\nsecond line", .failure) }
        #expect(spoken.errors == "error: role \\u{1b}]0;x\\u{7}\nsecond line\n")
    }

    @Test func exitStatusesKeepTheirNumbers() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6])
    }

    /// What a body says, through pipes.
    private func speaking(
        format: Console.Format = .text,
        isQuiet: Bool = false,
        _ body: (Console) throws -> Void
    ) throws -> (output: String, errors: String) {
        var output: [Int32] = [0, 0]
        var errors: [Int32] = [0, 0]
        try #require(pipe(&output) == 0 && pipe(&errors) == 0)
        let console = Console(
            format: format,
            isQuiet: isQuiet,
            output: OutputStream(descriptor: output[1]),
            errors: OutputStream(descriptor: errors[1])
        )
        try body(console)
        close(output[1])
        close(errors[1])
        return (text(output[0]), text(errors[0]))
    }

    private func text(_ descriptor: Int32) -> String {
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
