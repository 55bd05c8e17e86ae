import EventStore
import Events
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Exports

/// Servers that end in the middle, storages that fail, and exports that are called off. One after the other: each holds up one
/// of the threads that tasks share, which are as few as the machine has cores.
@Suite(.serialized) struct TakeoverTests {
    /// A renderer that waits in the middle of a file until it is let go.
    private final class Stuck: ExportRenderer {
        private let inner: CSVRenderer
        private let gate: Gate

        init(_ inner: CSVRenderer, _ gate: Gate) {
            self.inner = inner
            self.gate = gate
        }

        func begin(_ columns: [ExportColumn], _ facts: ExportFacts) throws { try inner.begin(columns, facts) }
        func row(_ row: borrowing ExportRow) throws {
            try inner.row(row)
            gate.wait()
        }
        func finish() throws -> RenderedFile { try inner.finish() }
    }

    /// Holds up the first renderer that comes by.
    private final class Gate: Sendable {
        private let arrived = DispatchSemaphore(value: 0)
        private let open = DispatchSemaphore(value: 0)

        func wait() {
            arrived.signal()
            open.wait()
            open.signal()
        }
        func letGo() { open.signal() }
        func awaitArrival() async {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    self.arrived.wait()
                    continuation.resume()
                }
            }
        }
    }

    private static func service(_ house: ExportHouse, _ gate: Gate) throws -> ExportService {
        try ExportService(
            store: house.system.store,
            pool: house.system.pool,
            engine: house.system.projections,
            authority: house.service.authority,
            storage: house.service.storage,
            rendering: ExportRendering().with(.csv) { path, _ in Stuck(try CSVRenderer(path: path), gate) },
            clock: { house.clock.now },
            logger: LogFixture.quiet
        )
    }

    @Test func whatWasCalledOffIsNotMadeHoweverCloseTheTwoAre() async throws {
        try await ExportHouse.open { house in
            var called = 0
            for _ in 0..<30 {
                let id = try await house.ask("anna", ExportHouse.students())
                async let making = ExportWorker.make(id, house.anotherService())
                do {
                    try await house.service.cancel(id, by: Author(id: "anna"), rights: house.rights("anna"))
                    called += 1
                    _ = try await making
                    _ = await ExportWorker.make(id, house.service)
                    #expect(try await house.record(id).state == .cancelled)
                } catch is ExportError {
                    // It was made by then.
                    _ = try await making
                    #expect(try await house.record(id).state == .completed)
                }
            }
            #expect(called > 0)
        }
    }

    @Test func whatAServerLeavesInTheMiddleIsBegunAnewByAnother() async throws {
        try await ExportHouse.open { house in
            let gate = Gate()
            let dying = try Self.service(house, gate)
            let id = try await house.ask("anna", ExportHouse.students())
            let first = Task { await ExportWorker.make(id, dying) }
            await gate.awaitArrival()

            // While the first holds its turn nobody else makes it, and there is nothing to be had.
            #expect(await ExportWorker.make(id, house.service) == .left)
            await #expect(throws: ExportError.self) { try await house.text(id, "anna") }

            // Its connection ends, as with a server that is killed.
            _ = try await Psql.run(
                """
                select pg_terminate_backend(l.pid) from pg_locks as l
                where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
                    and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('daybook export \(id)', 0)
                """,
                on: house.url
            )
            while await ExportWorker.make(id, house.service) == .left { try await Task.sleep(for: .milliseconds(20)) }
            let record = try await house.record(id)
            #expect(record.state == .completed && record.attempt == 2)

            // The first one wakes, and can finish nothing.
            gate.letGo()
            #expect(await first.value == .left)
            #expect(try await house.record(id) == record)
            #expect(try await house.files() == ["\(id)-2.csv"])
            #expect(try await house.text(id, "anna").hasSuffix("s2,'=1+1,north\r\n"))
        }
    }

    @Test func calledOffInTheMiddleItStopsAndLeavesNothing() async throws {
        try await ExportHouse.open { house in
            let gate = Gate()
            let service = try Self.service(house, gate)
            let id = try await house.ask("anna", ExportHouse.students())
            let making = Task { await ExportWorker.make(id, service) }
            await gate.awaitArrival()
            // By another server: it reaches the log alone.
            try await house.service.cancel(id, by: Author(id: "anna"), rights: house.rights("anna"))
            gate.letGo()
            #expect(await making.value == .left)
            #expect(try await house.record(id).state == .cancelled)
            #expect(try await house.files().isEmpty)
            await #expect(throws: ExportError.self) {
                try await house.service.cancel(id, by: Author(id: "anna"), rights: house.rights("anna"))
            }
        }
    }

    @Test func calledOffByAnotherServerItsQueryIsStopped() async throws {
        try await ExportHouse.open { house in
            let working = try house.anotherService { $0.workers = 1 }
            // Not counted first: that would wait, too.
            let hasty = try house.anotherService { $0.countingTime = .zero }
            try await house.whileStudentsAreLocked { students in
                let rights = try await house.rights("anna")
                let id = try await hasty.request(students, by: Author(id: "anna"), rights: rights).exportIDs[0]
                let worker = Task { try await ExportWorker(working).run() }
                #expect(try await Self.waitingQueries(house, become: 1))
                try await house.service.cancel(id, by: Author(id: "anna"), rights: rights)
                #expect(try await Self.waitingQueries(house, become: 0))
                #expect(try await house.record(id).state == .cancelled)
                worker.cancel()
                try await worker.value
            }
        }
    }

    /// Whether so many queries come to wait for the table of students, within a while.
    private static func waitingQueries(_ house: ExportHouse, become count: Int) async throws -> Bool {
        let query =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%from people.students%'"
        return try await eventually(every: .milliseconds(50)) {
            try await Psql.run(query, on: house.url) == "\(count)"
        }
    }

    @Test func aServerThatIsShutDownHandsBackAndUsesUpNoAttempt() async throws {
        try await ExportHouse.open { house in
            let gate = Gate()
            let stopping = try Self.service(house, gate)
            let id = try await house.ask("anna", ExportHouse.students())
            let making = Task { await ExportWorker.make(id, stopping) }
            await gate.awaitArrival()
            making.cancel()
            gate.letGo()
            #expect(await making.value == .left)
            let record = try await house.record(id)
            #expect(record.state == .waiting && record.cause == "interrupted" && record.interruptions == 1)
            // At once, though one attempt is all there is.
            let next = try house.anotherService { $0.attempts = 1 }
            #expect(await ExportWorker.make(id, next) == .completed)
            #expect(try await house.record(id).attempt == 2)
        }
    }

    @Test func whoeverHasItMadeNowIsToldWhenItIsNot() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let full = ExportStorageError(.full, "There is no space left where exports are kept.")
        try await ExportHouse.open(storage: FailingStorage(directory, full)) { house in
            let id = try await house.ask("anna", ExportHouse.students())
            let rights = try await house.rights("anna")
            do {
                _ = try await house.service.makeNow(id, for: "anna", rights: rights)
                Issue.record("It was made.")
            } catch let error as ExportError {
                #expect(error.code == .unavailable && error.message.contains(full.message))
                #expect(error.message.contains(id))
            }
            house.clock.advance(by: .seconds(60))
            #expect(try await house.service.makeNow(id, for: "anna", rights: rights).state == .completed)
        }
    }

    @Test func whoeverHasItSentMeanwhileIsNotInTheWay() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            try await ExportHouse.open(mailer: SendingTests.mailer(stand)) { house in
                let gate = Gate()
                let service = try Self.service(house, gate)
                let id = try await house.ask("anna", ExportHouse.students())
                let making = Task { await ExportWorker.make(id, service) }
                await gate.awaitArrival()
                let anna = Author(id: "anna")
                try await house.service.mail(id, to: ["head@home.example"], by: anna, rights: house.rights("anna"))
                gate.letGo()
                _ = await making.value
                let record = try await house.record(id)
                #expect(record.state == .completed && record.attempt == 1)
                #expect(try await ExportMailWorker(house.service).send() == 1)
            }
        }
    }

    @Test func aStorageThatIsFullIsTriedAgainAsThePolicySays() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let full = ExportStorageError(.full, "There is no space left where exports are kept.")
        try await ExportHouse.open(storage: FailingStorage(directory, full)) { house in
            let waiting = try await house.make("anna", ExportHouse.students())
            #expect(waiting.state == .waiting && waiting.cause == "storage")
            #expect(waiting.failure == full.message && waiting.retryAt != nil)
            #expect(try await house.files().isEmpty)
            // Not before its time.
            #expect(await ExportWorker.make(waiting.exportID, house.service) == .left)
            house.clock.advance(by: .seconds(60))
            #expect(try await house.service.history.due(at: house.clock.now, limit: 10) == [waiting.exportID])
            #expect(await ExportWorker.make(waiting.exportID, house.service) == .completed)
            #expect(try await house.record(waiting.exportID).attempt == 2)
        }
    }

    @Test func afterSoManyAttemptsItIsGivenUp() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let refusal = ExportStorageError(.refused, "Where exports are kept cannot be written.")
        let storage = FailingStorage(directory, refusal, refusal, refusal)
        try await ExportHouse.open(storage: storage, adjust: { $0.attempts = 2 }) { house in
            let id = try await house.make("anna", ExportHouse.students()).exportID
            house.clock.advance(by: .seconds(60))
            #expect(await ExportWorker.make(id, house.service) == .failed)
            let record = try await house.record(id)
            #expect(record.state == .failed && record.attempt == 2 && record.retryAt == nil)
        }
    }

    @Test func whatIsLeftOverIsRemovedAndWhatIsKeptIsNot() async throws {
        try await ExportHouse.open { house in
            let kept = try await house.make("anna", ExportHouse.students())
            let folder = "\(house.directory)/exports"
            let gone = "0192cc00-0000-7000-8000-000000000001-1.csv"
            for name in [
                ".scratch/\(kept.exportID)-1.csv", "\(kept.exportID)-7.csv", gone, "budget-2024.xlsx", "readme.txt",
            ] {
                _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data("x".utf8))
            }
            // What a renderer had beside its file when its server was killed.
            let parts = ".scratch/0192cc00-0000-7000-8000-000000000001-1.parts"
            let manager = FileManager.default
            try manager.createDirectory(atPath: "\(folder)/\(parts)", withIntermediateDirectories: true)
            _ = manager.createFile(atPath: "\(folder)/\(parts)/rows", contents: Data("x".utf8))
            #expect(try await ExportJanitor(house.service).removeLeftovers().isEmpty)
            house.clock.advance(by: .seconds(3_600))
            let removed = try await ExportJanitor(house.service).removeLeftovers()
            #expect(Set(removed) == [".scratch/\(kept.exportID)-1.csv", "\(kept.exportID)-7.csv", gone, parts])
            #expect(!manager.fileExists(atPath: "\(folder)/\(parts)"))
            #expect(try await house.text(kept.exportID, "anna").isEmpty == false)
        }
    }

    @Test func filesAreRemovedWhenTheirTimeIsOver() async throws {
        try await ExportHouse.open { house in
            var order = ExportHouse.students()
            order.keepDays = 2
            let record = try await house.make("anna", order)
            let longer = try await house.make("anna", ExportHouse.students())
            house.clock.advance(by: .seconds(3 * 86_400))
            // Past its time it is not handed out, removed or not.
            await #expect(throws: ExportError.self) { try await house.text(record.exportID, "anna") }
            try await ExportJanitor(house.service).clean()
            #expect(try await house.record(record.exportID).deletedCause == "expired")
            #expect(try await house.files() == ["\(longer.exportID)-1.csv"])
            #expect(
                try await house.service.removeOld(keepingDays: 2, by: Author(id: "admin"), rights: .all) == 1
            )
            #expect(try await house.files().isEmpty)
        }
    }

    @Test func aFileThatWasAlteredIsNotHandedOutWhole() async throws {
        try await ExportHouse.open { house in
            let record = try await house.make("anna", ExportHouse.students())
            let path = "\(house.directory)/exports/\(record.storedName)"
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            bytes[bytes.count - 4] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            await #expect(throws: ExportError.self) { try await house.text(record.exportID, "anna") }
        }
    }
}
