import PostgresServer
import Synchronization
import TestSupport
import Testing

@Suite struct SharedUseTests {
    @Test func aServerThatRunsIsUsedAndTheLastUserStopsIt() async throws {
        try await withScratch { directory in
            let seen = Mutex<[ClusterProgress]>([])
            let first = try await PrivateCluster.quick(directory).start()
            let second = try await PrivateCluster.quick(directory) { step in seen.withLock { $0.append(step) } }.start()
            #expect(seen.withLock { $0 } == [.adopted, .ready])
            #expect(first.processID != nil)
            #expect(first.processID == second.processID)

            try await first.release()
            #expect(second.processID != nil, "a user is left")
            try await expectAnswer("1", to: "SELECT 1", on: second.connectionURL)

            try await second.release()
            try await second.release()
            #expect(second.processID == nil)
        }
    }

    @Test func usersWhoComeAndGoAtOnceShareOneServer() async throws {
        try await withScratch { directory in
            let keeper = try await PrivateCluster.quick(directory).start()
            try await keeper.release()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...6 {
                    group.addTask {
                        for _ in 1...4 {
                            try await PrivateCluster.quick(directory).withCluster { cluster in
                                try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(PrivateCluster.serverProcess(dataDirectory: directory) == nil)
            // A child of a server that has ended may need a moment to go, where the machine has much to do.
            #expect(try await eventually { PrivateCluster.serverProcesses(dataDirectory: directory) == [] })
        }
    }

    @Test func aBodyThatThrowsOrIsCancelledLeavesNoServer() async throws {
        struct Wanted: Error {}
        try await withScratch { directory in
            await #expect(throws: Wanted.self) {
                try await PrivateCluster.quick(directory).withCluster { _ in throw Wanted() }
            }
            #expect(PrivateCluster.serverProcess(dataDirectory: directory) == nil)

            let task = Task {
                try await PrivateCluster.quick(directory).withCluster { _ in try await Task.sleep(for: .seconds(60)) }
            }
            while PrivateCluster.serverProcess(dataDirectory: directory) == nil {
                try await Task.sleep(for: .milliseconds(5))
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(PrivateCluster.serverProcess(dataDirectory: directory) == nil)
        }
    }
}
