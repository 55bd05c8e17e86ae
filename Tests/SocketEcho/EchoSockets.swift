import Foundation
import HTTPAPI
import NIOCore
import Synchronization
import WebSockets

/// The sockets that tests and benchmarks talk to.
final class EchoSockets: Sendable {
    private let access: EchoAccess
    private let settings: WebSocketSettings
    private let open = Mutex<[ObjectIdentifier: SocketContext]>([:])
    private let bus = Mutex<[WebSocketSession]>([])

    init(_ access: EchoAccess, _ settings: WebSocketSettings) {
        self.access = access
        self.settings = settings
    }

    var sockets: [WebSocketEndpoint] {
        [echo("/echo", .open), echo("/guarded", .permission("sockets:use")), flood, fanOut, steady, stubborn]
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/revoke/{what}/{name}",
                "Take something away",
                tag: "t",
                access: .open,
                inputs: Path("what", .text(1...20), "token or permission"),
                Path("name", .text(1...20), "Whose."),
                outputs: .noContent("Done.")
            ) { _, what, name in
                if what == "token" { self.access.endToken(name) } else { self.access.forbid(name) }
                for socket in self.open.withLock({ [SocketContext]($0.values) }) { await socket.recheck() }
                return .noContent
            },
            Endpoint(.get, "/open", "Open", tag: "t", access: .open, outputs: .text("Hello.")) { _ in .text("hello") },
        ]
    }

    /// Sends back what comes.
    private func echo(_ path: PathTemplate, _ access: EndpointAccess) -> WebSocketEndpoint {
        WebSocketEndpoint(
            path,
            "Echo",
            tag: "t",
            access: access,
            subprotocols: ["echo.v1"],
            settings: settings,
            inputs: Query("refuse", .integer(0...999), "A problem to be refused with.")
        ) { _, refuse in
            if refuse == 404 { throw Problem.notFound("thing", "x") }
            return { socket in
                self.open.withLock { $0[ObjectIdentifier(socket)] = socket }
                defer { self.open.withLock { $0[ObjectIdentifier(socket)] = nil } }
                for await message in socket.session.messages {
                    if message == .text("who") {
                        try await socket.session.send(WebSocketOutgoing(.text(socket.actor)))
                    } else if message == .text("fail") {
                        throw EndpointError("This is not to be told.")
                    } else if message == .text("done") {
                        return
                    } else {
                        try await socket.session.send(WebSocketOutgoing(message))
                    }
                }
            }
        }
    }

    /// Answers each message N with N offers of 1,000 bytes, whether the client reads or not.
    private var flood: WebSocketEndpoint {
        WebSocketEndpoint(
            "/flood",
            "Flood",
            tag: "t",
            access: .open,
            subprotocols: [],
            settings: settings
        ) { _ in
            { socket in
                let count = Accepted()
                socket.session.onDetach { WebSocketClose(.tryAgainLater, "resume=\(count.value)") }
                for await message in socket.session.messages {
                    guard case .text(let text) = message, let number = Int(text) else { continue }
                    let filling = String(repeating: "x", count: 990)
                    for _ in 0..<number {
                        let text = "\(1_000_000 + count.value):" + filling
                        guard case .accepted = socket.session.offer(WebSocketOutgoing(.text(text), compressedFrom: nil))
                        else { break }
                        count.increment()
                    }
                }
            }
        }
    }

    /// Sends N messages of 1,000 bytes at the pace of the client.
    private var steady: WebSocketEndpoint {
        WebSocketEndpoint(
            "/steady",
            "Steady",
            tag: "t",
            access: .open,
            subprotocols: [],
            settings: settings,
            inputs: Query("count", .integer(0...1_000_000), "How many.")
        ) { _, count in
            { socket in
                let filling = String(repeating: "x", count: 990)
                for index in 0..<(count ?? 0) {
                    let message = WebSocketOutgoing(.text("\(1_000_000 + index):" + filling), compressedFrom: nil)
                    try await socket.session.send(message)
                }
            }
        }
    }

    /// What one sends, all get.
    private var fanOut: WebSocketEndpoint {
        WebSocketEndpoint(
            "/bus",
            "Fan out",
            tag: "t",
            access: .open,
            subprotocols: [],
            settings: settings
        ) { _ in
            { socket in
                self.bus.withLock { $0.append(socket.session) }
                for await message in socket.session.messages {
                    WebSocketSession.broadcast(WebSocketOutgoing(message), to: self.bus.withLock { $0 })
                }
                self.bus.withLock { sessions in sessions.removeAll { $0 === socket.session } }
            }
        }
    }

    /// Does not end by itself, and reads nothing.
    private var stubborn: WebSocketEndpoint {
        WebSocketEndpoint("/stubborn", "Stay", tag: "t", access: .open, subprotocols: [], settings: settings) { _ in
            { _ in try await Task.sleep(for: .seconds(3_600)) }
        }
    }
}

private final class Accepted: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}
