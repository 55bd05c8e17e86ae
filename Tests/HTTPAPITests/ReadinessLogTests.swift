import Testing

@testable import HTTPAPI

/// What the log tells of readiness.
@Suite struct ReadinessLogTests {
    private struct Cause: Error, CustomStringConvertible {
        let description: String
    }

    @Test func aCauseIsLoggedOnceUntilItIsAnother() {
        let lines = LogLines()
        let log = ReadinessLog(lines.logger)
        log.note(nil, of: "log")
        #expect(lines.text.isEmpty)
        for _ in 0..<3 { log.note(Cause(description: "no server"), of: "log") }
        #expect(lines.warnings.count == 1)
        #expect(lines.warnings.first?.contains("no server") == true)
        log.note(Cause(description: "too many clients"), of: "log")
        #expect(lines.warnings.count == 2)
    }

    @Test func thatItIsWellAgainIsLoggedOnce() {
        let lines = LogLines()
        let log = ReadinessLog(lines.logger)
        log.note(Cause(description: "no server"), of: "log")
        for _ in 0..<3 { log.note(nil, of: "log") }
        #expect(lines.text.split(separator: "\n").filter { $0.contains("again") }.count == 1)
        log.note(Cause(description: "no server"), of: "log")
        #expect(lines.warnings.count == 2)
    }
}
