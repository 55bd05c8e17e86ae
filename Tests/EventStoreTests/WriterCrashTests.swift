import EventStore
import Events
import Foundation
import TestSupport
import Testing

/// A process that appends is killed, whatever it was doing. `tools/faults/run` does the same for as many rounds as one
/// likes.
struct WriterCrashTests {
    @Test func killedUnderLoadNothingItAcknowledgedIsLost() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await LogFixture.withKeys { keys in
                var acknowledged: [FaultLoad.Acknowledgement] = []
                for round in 0..<4 {
                    let writer = try WriterProcess(url: url, keys: keys, prefix: "round-\(round)")
                    acknowledged += try await writer.killed(after: 100 + Int.random(in: 0...100))
                }
                #expect(acknowledged.count > 400)
                try await LogFixture.withLog(at: url, keys: KeyStore(directory: keys)) { log in
                    let receipt = try await log.store.append(.one("after-all"))
                    #expect(receipt.events[0].position >= Int64(acknowledged.count))
                    let problems = try await FaultLoad.problems(acknowledged, pool: log.pool, keys: log.keys)
                    #expect(problems == [])
                }
            }
        }
    }

    @Test func twoWritersOneOfThemKilledLeaveADenseLog() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await LogFixture.withKeys { keys in
                let survivor = try WriterProcess(url: url, keys: keys, prefix: "survivor")
                try await survivor.wait(for: 20)
                var acknowledged: [FaultLoad.Acknowledgement] = []
                for round in 0..<2 {
                    let victim = try WriterProcess(url: url, keys: keys, prefix: "victim-\(round)")
                    acknowledged += try await victim.killed(after: 50)
                }
                let before = survivor.acknowledged.count
                try await survivor.wait(for: before + 50)
                acknowledged += try await survivor.killed(after: 0)
                try await LogFixture.withLog(at: url, keys: KeyStore(directory: keys)) { log in
                    let problems = try await FaultLoad.problems(acknowledged, pool: log.pool, keys: log.keys)
                    #expect(problems == [])
                }
            }
        }
    }
}
