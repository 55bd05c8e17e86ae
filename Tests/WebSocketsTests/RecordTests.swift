import EventStore
import Events
import HTTPAPI
import TestSupport
import Testing
import WebSockets

@testable import Monitoring

/// Sockets in the request log.
@Suite struct RecordTests {
    private struct Ada: Authenticator, Authorizer {
        func authenticate(bearer token: String) async throws -> SignIn {
            guard token == "ada" else { throw AuthenticationFailure(.invalidToken, "The token is not known") }
            return SignIn(actor: "ada", method: .apiToken(id: "1"))
        }

        func authorize(
            actor: String,
            permission: String,
            in scope: BranchScope,
            for context: RequestContext
        ) async throws -> AccessDecision { .allowed }
    }

    private static let socket = WebSocketEndpoint(
        "/rooms/{room}",
        "Listen",
        tag: "t",
        access: .permission("rooms:listen"),
        subprotocols: [],
        inputs: Path("room", .identifier, "Where.")
    ) { _, room in
        { socket in
            for await _ in socket.session.messages {
                try await socket.session.send(WebSocketOutgoing(.text("\(room) \(socket.actor)")))
            }
        }
    }

    @Test func anUpgradeIsOneRecordWithStatus101AndARefusalOneWithItsOwn() async throws {
        try await LogFixture.withLog { log in
            let recorder = RequestRecorder(store: log.store, registry: PrometheusRegistry(), node: "n")
            let services = EndpointServices(
                authenticator: Ada(),
                authorizer: Ada(),
                cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32)),
                recorder: recorder
            )
            try await SocketServer.run([Self.socket], services) { port in
                let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                let fields = ["Authorization": "Bearer ada", "traceparent": trace]
                try await RawSocket.open(port, "/rooms/north", fields: fields) { socket in
                    for _ in 0..<5 {
                        try await socket.send(text: "x")
                        #expect(await socket.next()?.text == "north ada")
                    }
                    _ = try await RawSocket.open(port, "/rooms/north") { $0.status }
                }
            }
            #expect(await recorder.record())
            let events = try await log.store.reader.events(from: 0, types: [Logs.RequestsRecorded.type])
            let records = events.flatMap { RequestBatch.records(in: $0.data ?? [])?.records ?? [] }
            #expect(records.map(\.status) == [101, 401])
            #expect(records.map(\.route) == ["/rooms/{room}", "/rooms/{room}"])
            #expect(records.map(\.actor).first == "ada")
            #expect(records.first?.traceID == "0af7651916cd43dd8448eb211c80319c")
        }
    }
}
