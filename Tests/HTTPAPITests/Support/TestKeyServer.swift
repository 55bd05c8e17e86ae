import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

@testable import HTTPAPI

/// A key server on a real port that can do wrong in every way, and counts how often it is asked.
final class TestKeyServer: Sendable {
    /// How it answers for `/jwks`.
    enum Mood: Sendable, CaseIterable {
        case right, error, redirecting, huge, dripping, silent, rubbish, empty, otherKeysOnly, duplicateMembers
    }

    private struct State {
        var keySet: [UInt8]
        var mood = Mood.right
        var count = 0
        var hold: AsyncStream<Void>?
    }

    private let state: Mutex<State>
    /// What `/elsewhere` serves, where redirects lead to.
    private let elsewhere: [UInt8]
    /// Ends with the test, for a server that is silent not to outlive it.
    private let (ending, end) = AsyncStream<Void>.makeStream()

    init(_ keySet: [UInt8], elsewhere: [UInt8] = []) {
        state = Mutex(State(keySet: keySet))
        self.elsewhere = elsewhere
    }

    /// How often any path was asked for.
    var count: Int { state.withLock { $0.count } }

    func serve(_ keySet: [UInt8]) { state.withLock { $0.keySet = keySet } }
    func become(_ mood: Mood) { state.withLock { $0.mood = mood } }

    /// From now on, answers are made when asked for but sent only once the returned function has been called.
    func hold() -> @Sendable () -> Void {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        state.withLock { $0.hold = stream }
        return {
            self.state.withLock { $0.hold = nil }
            continuation.finish()
        }
    }

    /// Serves while `body` runs, which is given the URL of the keys.
    func run<Outcome: Sendable>(_ body: (ProviderURL) async throws -> Outcome) async throws -> Outcome {
        let router = Router()
        router.get("jwks") { _, _ in await self.answer() }
        router.get("elsewhere") { _, _ in
            self.state.withLock { $0.count += 1 }
            return Self.answer(.ok, self.elsewhere)
        }
        return try await withListening(router) { port in
            guard let url = ProviderURL("http://127.0.0.1:\(port)/jwks") else { throw KeySetError(.unreachable, "") }
            defer { end.finish() }
            return try await body(url)
        }
    }

    private func answer() async -> Response {
        let (keySet, mood, hold) = state.withLock { state in
            state.count += 1
            return (state.keySet, state.mood, state.hold)
        }
        if let hold { for await _ in hold {} }
        switch mood {
        case .right: return Self.answer(.ok, keySet)
        case .error: return Self.answer(.internalServerError, elsewhere)
        case .redirecting: return .redirect(to: "/elsewhere")
        case .huge: return Self.answer(.ok, [UInt8](repeating: 0x20, count: KeySetLimits.maximumBytes) + elsewhere)
        case .dripping: return Self.drip(elsewhere)
        case .silent:
            for await _ in ending {}
            return Response(status: .ok)
        case .rubbish: return Self.text("<html>Welcome</html>")
        case .empty: return Self.text(#"{"keys": []}"#)
        case .otherKeysOnly: return Self.text(#"{"keys": [{"kty": "oct", "kid": "k1", "k": "c2VjcmV0"}]}"#)
        case .duplicateMembers:
            return Self.text(#"{"keys": [], "keys": "# + String(decoding: keySet.dropFirst(8), as: UTF8.self))
        }
    }

    private static func text(_ text: String) -> Response { answer(.ok, [UInt8](text.utf8)) }

    private static func answer(_ status: HTTPResponse.Status, _ bytes: [UInt8]) -> Response {
        Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// White space, little by little for longer than anybody waits, then a key set.
    private static func drip(_ keySet: [UInt8]) -> Response {
        Response(
            status: .ok,
            body: ResponseBody { writer in
                for _ in 0..<4_000 {
                    try await writer.write(ByteBuffer(string: " "))
                    try await Task.sleep(for: .milliseconds(20))
                }
                try await writer.write(ByteBuffer(bytes: keySet))
                try await writer.finish(nil)
            }
        )
    }
}
