import Hummingbird
import Synchronization
import Testing

@testable import HTTPAPI

/// When a request that is answered bit by bit is no more being answered.
@Suite struct OpenAccountTests {
    /// How accounts were closed.
    private final class Closings: Sendable {
        private let all = Mutex<[[Int]]>([])

        var statusesAndBytes: [[Int]] { all.withLock { $0 } }

        func account() -> OpenAccount {
            OpenAccount { status, bytes in self.all.withLock { $0.append([status, bytes]) } }
        }
    }

    @Test func aStreamWhoseHeadIsNeverWrittenIsClosedWhenItIsLetGo() {
        let closings = Closings()
        var body: ResponseBody? = Response.streamed({ _ in }, status: 200, closings.account())
        withExtendedLifetime(body) { #expect(closings.statusesAndBytes == []) }
        body = nil
        #expect(closings.statusesAndBytes == [[499, 0]])
    }

    @Test func whoeverClosesItFirstSaysHowItEnded() {
        let closings = Closings()
        var account: OpenAccount? = closings.account()
        account?.close(status: 200, bytes: 7)
        account?.close(status: 500, bytes: 9)
        account = nil
        #expect(closings.statusesAndBytes == [[200, 7]])
    }
}
