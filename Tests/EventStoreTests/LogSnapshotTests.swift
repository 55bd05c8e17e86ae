import TestSupport
import Testing

@testable import EventStore

struct LogSnapshotTests {
    @Test func allLanesSeeTheSameRows() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(.one("user-a"))
            let snapshot = try await log.store.openSnapshot()
            _ = try await log.store.append(.one("user-b"))
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await snapshot.copyRows(from: 0, below: 2, byteLimit: 1 << 20).leaves.count }
                }
                for try await count in group { #expect(count == 2) }
            }
            let error = await #expect(throws: LogCopyError.self) {
                try await snapshot.copyRows(from: 0, below: 3, byteLimit: 1 << 20)
            }
            #expect(error?.position == 2)
            #expect(snapshot.note?.contains("test.example/log\n2\n") == true)
            // One that is cut short leaves the others what they have.
            #expect(try await snapshot.copyRows(from: 0, below: 2, byteLimit: 1).range == 0..<1)
            #expect(try await snapshot.copyRows(from: 1, below: 2, byteLimit: 1).range == 1..<2)
            await snapshot.close()
        }
    }
}
