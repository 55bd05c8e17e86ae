import Postgres
import TestSupport
import Testing

struct ListenerTests {
    @Test func notificationsArriveInOrderAndOnlyFromTheChannelsAskedFor() async throws {
        try await withConnection { connection in
            let listener = PostgresListener(
                configuration: connection.configuration,
                channels: ["a", "b \"c\""],
                logger: testLogger
            )
            var signals = listener.signals().makeAsyncIterator()
            let service = Task { try await listener.run() }
            #expect(await signals.next() == .reconnected)
            try await connection.script("notify a, 'one'; notify other, 'not this'; notify \"b \"\"c\"\"\", 'two'")
            var received: [String] = []
            while received.count < 2, case .notification(let notification) = await signals.next() {
                received.append("\(notification.channel):\(notification.payload)")
            }
            #expect(received == ["a:one", "b \"c\":two"])
            service.cancel()
            try await service.value
            #expect(await signals.next() == nil, "the stream ends with the service")
        }
    }

    @Test func aLostConnectionIsMadeAgainAndSaidSo() async throws {
        try await withConnection { connection in
            let listener = PostgresListener(
                configuration: connection.configuration,
                channels: ["a"],
                logger: testLogger
            )
            var signals = listener.signals().makeAsyncIterator()
            let service = Task { try await listener.run() }
            #expect(await signals.next() == .reconnected)
            try await connection.execute(
                """
                select pg_terminate_backend(pid, 5000) from pg_stat_activity
                where pid <> pg_backend_pid() and datname = current_database()
                """
            )
            #expect(await signals.next() == .reconnected)
            try await connection.script("notify a, 'after'")
            guard case .notification(let notification) = await signals.next() else {
                Issue.record("no notification after the reconnection")
                return
            }
            #expect(notification.payload == "after")
            service.cancel()
            try await service.value
        }
    }

    @Test func whoSubscribesLateIsToldToCatchUp() async throws {
        try await withConnection { connection in
            let listener = PostgresListener(
                configuration: connection.configuration,
                channels: ["a"],
                logger: testLogger
            )
            let service = Task { try await listener.run() }
            #expect(try await eventually { listener.isListening })
            var signals = listener.signals().makeAsyncIterator()
            #expect(await signals.next() == .reconnected)
            service.cancel()
            try await service.value
        }
    }
}
