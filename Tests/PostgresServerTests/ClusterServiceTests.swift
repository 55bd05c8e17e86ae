import Logging
import PostgresServer
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct ClusterServiceTests {
    @Test func gracefulShutdownStopsTheServer() async throws {
        try await withScratch { directory in
            let cluster = try await PrivateCluster.quick(directory).start()
            let group = ServiceGroup(services: [cluster], logger: Logger(label: "test"))
            async let finished: Void = group.run()
            try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
            await group.triggerGracefulShutdown()
            try await finished
            #expect(cluster.processID == nil)
        }
    }
}
