import Dispatch
import EventStore
import Events
import JSON
import Logging
import Synchronization
import Testing
import Time

@testable import Monitoring

/// Log entries on their way to the output.
@Suite struct LogHandlerTests {
    private func withCore(
        output: Logger.Level = .info,
        events: Logger.Level = .info,
        _ body: (Logger, LogCore, Watched.Lines) throws -> Void
    ) rethrows {
        let lines = Watched.Lines()
        let core = LogCore(levels: LogLevels(output: output, events: events)) { lines.append($0) }
        defer { core.close() }
        try body(Logger(label: "test", factory: { DaybookLogHandler(label: $0, core) }), core, lines)
    }

    @Test func anEntryIsOneLineOfJSON() throws {
        try withCore { logger, core, lines in
            var logger = logger
            logger[metadataKey: "traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736"
            logger[metadataKey: "requestId"] = "r-1"
            logger.warning("two\nlines \u{1b}[2J", metadata: ["count": "3", "list": ["a", "b"], "message": "not it"])
            core.flush()
            let line = try #require(lines.all.first)
            #expect(lines.text.split(separator: "\n").count == 1)
            #expect(line["level"]?.string == "warning")
            #expect(line["message"]?.string == "two\nlines  [2J")
            #expect(line["traceId"]?.string == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(line["requestId"]?.string == "r-1")
            #expect(line["count"]?.string == "3")
            #expect(line["list"]?.array?.count == 2)
            #expect(Timestamp(rfc3339: line["time"]?.string ?? "") != nil)
        }
    }

    @Test func anEntryCarriesTheIdsOfTheRequestThatItsTaskWorksFor() async {
        let lines = Watched.Lines()
        let core = LogCore(levels: LogLevels(output: .info, events: .info)) { lines.append($0) }
        defer { core.close() }
        let logger = Logger(label: "test", factory: { DaybookLogHandler(label: $0, core) })
        let (first, second) = (String(repeating: "a", count: 32), String(repeating: "b", count: 32))
        await RequestIDs.$current.withValue(RequestIDs(trace: first, request: "r-1")) {
            logger.info("in the request")
            await Task { logger.info("begun by it") }.value
            await Task.detached { logger.info("on its own") }.value
        }
        await RequestIDs.$current.withValue(RequestIDs(trace: second, request: second)) {
            await Task { logger.info("begun by one whose client gave it no id") }.value
        }
        logger.info("in none")
        core.flush()
        #expect(lines.all.map { $0["traceId"]?.string } == [first, first, nil, second, nil])
        #expect(lines.all.map { $0["requestId"]?.string } == ["r-1", "r-1", nil, nil, nil])
    }

    @Test func theLevelChangesWhileItRuns() {
        withCore { logger, core, lines in
            logger.debug("first")
            core.levels.output = .debug
            logger.debug("second")
            core.levels.output = .error
            core.levels.events = .error
            logger.warning("third")
            core.flush()
            #expect(lines.all.compactMap { $0["message"]?.string } == ["second"])
            #expect(logger.logLevel == .error)
        }
    }

    @Test func whatIsOnlyRecordedIsNotWritten() {
        withCore(output: .error, events: .info) { logger, core, lines in
            core.beginRecording()
            logger.info("quiet")
            core.flush()
            #expect(lines.text.isEmpty)
            #expect(core.takeForEvents(10).map(\.message) == ["quiet"])
        }
    }

    @Test(arguments: [
        ("password", "hunter2"), ("apiToken", "x"), ("Authorization", "Bearer x"), ("private_key", "x"),
        ("set-cookie", "x"), ("clientSecret", "x"),
    ])
    func secretsAreKnownByTheirNames(name: String, value: String) {
        withCore { logger, core, lines in
            logger.info("m", metadata: [name: "\(value)"])
            core.flush()
            #expect(lines.all.first?[name]?.string == "[redacted]")
        }
    }

    @Test(arguments: ["name", "email", "ipAddress", "ip_address", "user-agent", "phone"])
    func personalTextIsKnownByItsName(name: String) {
        withCore { logger, core, lines in
            logger.info("m", metadata: [name: "Ada"])
            core.flush()
            #expect(lines.all.first?[name]?.string == "[personal]")
            #expect(!lines.text.contains("Ada"))
        }
    }

    @Test(arguments: [
        "dbk_0123456789abcdef", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln", "Bearer abcdef",
        "postgresql://book:hunter2@db/daybook", "password=hunter2", "PRIVATE+KEY+log+12345678+AQID", "ada@example.org",
    ])
    func secretsAndAddressesAreKnownByTheirLookWhereverTheyStand(secret: String) {
        withCore { logger, core, lines in
            logger.info("before (\(secret)) after", metadata: ["detail": "x \"\(secret)\"", "error": "y \(secret)"])
            core.flush()
            let telling = secret.split(separator: " ").last.map(String.init) ?? secret
            #expect(!lines.text.contains(telling))
            #expect(!lines.text.contains("hunter2"))
            #expect(lines.text.contains("before") && lines.text.contains("after"))
        }
    }

    @Test(arguments: [
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw hunter2\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY----- hunter2", "Basic aHVudGVyMjpodW50ZXIy hunter2x",
        "password: hunter2", "password : \"hunter2\"", #"{"token":"hunter2","a":1}"#, #"{"apiKey": "hunter2"}"#,
        #"{\"secret\":\"hunter2\"}"#, "Authorization: Basic hunter2", "authorization: basic hunter2", "token:hunter2",
    ])
    func secretsOfOtherMakesAreKnownToo(secret: String) {
        let secret = secret.replacing(" hunter2x", with: "")
        let text = Redaction.text("before \(secret)", limit: 2_000, isMultiline: true)
        #expect(!text.contains("hunter2") && !text.contains("aHVudGVy") && !text.contains("MC4C"), "\(text)")
        #expect(text.contains("before"))
    }

    @Test(arguments: [
        "the basic idea", "tokens: 12", "status: 200", "http://x.example:80/a", "a -- b", "invalid token",
    ])
    func whatIsNoSecretStays(text: String) {
        #expect(Redaction.text(text, limit: 200) == text)
    }

    @Test func aSecretThatWouldBeCutInTwoIsTakenOutBefore() {
        let text = Redaction.text(
            String(repeating: "x", count: 30) + " postgresql://book:hunter2@db/daybook",
            limit: 52
        )
        #expect(!text.contains("hunter"), "\(text)")
        let long = Redaction.text(String(repeating: "word ", count: 20_000), limit: 100)
        #expect(long.count == 100)
    }

    @Test func whatComesFasterThanItIsWrittenIsCountedAndNotKept() {
        let lines = Watched.Lines()
        let gate = DispatchGate()
        let core = LogCore(levels: LogLevels(output: .info, events: .critical)) {
            gate.wait()
            lines.append($0)
        }
        let logger = Logger(label: "test", factory: { DaybookLogHandler(label: $0, core) })
        logger.info("holds the writer")
        gate.awaitArrival()
        for index in 0..<(LogCore.capacity + 100) { logger.info("\(index)") }
        #expect(core.droppedLines.load(ordering: .relaxed) == 100)
        gate.open()
        core.close()
        #expect(lines.all.count == LogCore.capacity + 1)
    }

    @Test func anEntryFitsItsSchemaWhateverIsSaid() throws {
        let long = String(repeating: "x\u{202e}\u{0}", count: 5_000)
        let entry = RecordedEntry(
            LogRecord(
                at: .now(),
                label: "",
                event: LogEvent(
                    level: .error,
                    message: "\(long)",
                    metadata: [long: "\(long)", "deep": ["a": ["b": ["c": "\(long)"]]]],
                    source: nil,
                    file: "Module/File.swift",
                    function: "f",
                    line: 1
                ),
                metadata: [:],
                provided: ["traceId": "\(long)"]
            )
        )
        #expect(entry.message.count == 2_000 && entry.message.hasPrefix("x x x") && entry.message.hasSuffix("…"))
        #expect(entry.logger == "(none)")
        #expect(entry.traceID?.count == 32)
        let name = try #require(entry.metadata.members.map(\.name).first { $0 != "deep" })
        #expect(name.count == 100 && name.hasPrefix("x x x"))
        #expect(entry.metadata[name]?.string?.count == 2_000)
        #expect(entry.metadata["deep"]?["a"]?["b"]?["c"]?.string?.count == 2_000)
        let payload = entry.payload(node: "n")
        #expect(payload.message == entry.message && payload.logger == "(none)" && payload.metadata == entry.metadata)
        try payload.validate()
        try EventCatalogue.validate(
            type: Logs.Entry.type,
            version: 1,
            data: payload.dataBytes,
            personal: payload.personalBytes
        )
    }
}

/// Holds a thread until it is let go.
final class DispatchGate: Sendable {
    private let arrived = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)
    private let isOpen = Atomic<Bool>(false)

    func wait() {
        if isOpen.load(ordering: .acquiring) { return }
        arrived.signal()
        opened.wait()
    }

    func awaitArrival() { arrived.wait() }

    func open() {
        isOpen.store(true, ordering: .releasing)
        opened.signal()
    }
}
