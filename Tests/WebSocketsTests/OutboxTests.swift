import NIOCore
import Testing

@testable import WebSockets

@Suite struct OutboxTests {
    private func frame(_ bytes: Int) -> ByteBuffer { ByteBuffer(repeating: 1, count: bytes) }

    @Test func bytesAndMessagesAreBoundedUntilTheyAreWritten() {
        var outbox = Outbox(maximumBytes: 100, maximumMessages: 3)
        #expect(outbox.offer(frame(60)) == .accepted(wakes: true))
        #expect(outbox.offer(frame(41)) == .full)
        #expect(outbox.offer(frame(40)) == .accepted(wakes: false))
        let taken = outbox.take()
        #expect(taken.map(\.readableBytes) == [60, 40])
        #expect(outbox.offer(frame(1)) == .full)
        _ = outbox.written(bytes: 100, messages: 2)
        #expect(outbox.offer(frame(1)) == .accepted(wakes: true))
        #expect(outbox.offer(frame(1)) == .accepted(wakes: false))
        #expect(outbox.offer(frame(1)) == .accepted(wakes: false))
        #expect(outbox.offer(frame(1)) == .full)
    }

    @Test func aFrameBeyondTheBoundGoesAloneOrNotAtAll() {
        var outbox = Outbox(maximumBytes: 100, maximumMessages: 3)
        #expect(outbox.offer(frame(1_000)) == .accepted(wakes: true))
        #expect(outbox.offer(frame(1)) == .full)
    }

    @Test func oneFrameThatHasWaitedMayGoBeyondTheBound() {
        var outbox = Outbox(maximumBytes: 100, maximumMessages: 3)
        #expect(outbox.offer(frame(50)) == .accepted(wakes: true))
        #expect(outbox.offer(frame(51)) == .full)
        #expect(outbox.offerWaited(frame(51)) == .accepted(wakes: false))
        #expect(outbox.offerWaited(frame(1)) == .full)
        #expect(outbox.offer(frame(1)) == .full)
    }

    @Test func aClosedOutboxTakesNothing() {
        var outbox = Outbox(maximumBytes: 100, maximumMessages: 3)
        _ = outbox.close()
        #expect(outbox.offer(frame(1)) == .closed)
        #expect(outbox.offerWaited(frame(1)) == .closed)
    }
}
