import Logging
import Testing

@testable import Daybook

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct PlainLogHandlerTests {
    @Test func aMessageIsALineWithItsFacts() throws {
        let line = try logged { logger in
            logger.warning("PostgreSQL is gone", metadata: ["attempt": "3", "why": "no route", "empty": ""])
        }
        let rest = try #require(line.split(separator: " ", maxSplits: 1).last)
        #expect(rest == "warning PostgreSQL is gone attempt=3 empty=\"\" why=\"no route\"\n")
        #expect(line.prefix(while: { $0 != " " }).hasSuffix("Z"))
    }

    @Test func whatIsBelowTheLevelIsNotSaid() throws {
        #expect(try logged { $0.info("nothing") }.isEmpty)
    }

    @Test func aWordFromOutsideCannotForgeALineOrMoveTheCursor() throws {
        let line = try logged { logger in
            logger.warning("asked for \n2025 error forged", metadata: ["name": "a\u{1b}[2J\" role=\"admin"])
        }
        #expect(line.count(where: { $0 == "\n" }) == 1)
        #expect(!line.unicodeScalars.contains("\u{1b}"))
        #expect(line.hasSuffix("name=\"a\\u{1b}[2J\\\" role=\\\"admin\"\n"))
    }

    private func logged(_ body: (Logger) -> Void) throws -> String {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let handler = PlainLogHandler(level: .warning, OutputStream(descriptor: ends[1]))
        body(Logger(label: "test", factory: { _ in handler }))
        close(ends[1])
        defer { close(ends[0]) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(ends[0], &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
