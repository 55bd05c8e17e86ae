import NIOCore
import Synchronization

/// What the client has sent, in order. Ends when the session does. For one reader at a time.
///
/// While messages wait here, no more than the session's bound is read from the connection: the client is held back by TCP.
package final class WebSocketMessages: AsyncSequence, Sendable {
    package typealias Element = WebSocketMessage
    package typealias Failure = Never

    private struct State {
        var queue: [WebSocketMessage] = []
        var bytes = 0
        var isOver = false
        var isHeldBack = false
        var waiter: CheckedContinuation<WebSocketMessage?, Never>?
    }

    private let state = Mutex(State())
    private let maximumMessages: Int
    private let maximumBytes: Int
    private let resume: @Sendable () -> Void

    /// - Parameter resume: called when there is room again after ``push(_:)`` has said that there is none.
    init(maximumMessages: Int, maximumBytes: Int, resume: @escaping @Sendable () -> Void) {
        self.maximumMessages = maximumMessages
        self.maximumBytes = maximumBytes
        self.resume = resume
    }

    /// Takes a message; false if no more is to be pushed until there is room again.
    func push(_ message: WebSocketMessage) -> Bool {
        let (waiter, hasRoom): (CheckedContinuation<WebSocketMessage?, Never>?, Bool) = state.withLock { state in
            if let waiter = state.waiter {
                state.waiter = nil
                return (waiter, true)
            }
            state.queue.append(message)
            state.bytes += message.byteCount
            state.isHeldBack = state.queue.count >= maximumMessages || state.bytes >= maximumBytes
            return (nil, !state.isHeldBack)
        }
        waiter?.resume(returning: message)
        return hasRoom
    }

    /// Nothing more comes; what waits can still be read.
    func finish() {
        let waiter = state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// The next message; nil when the session is over or the task is cancelled.
    package func next() async -> WebSocketMessage? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, resumes): (WebSocketMessage??, Bool) = state.withLock { state in
                    if state.queue.isEmpty {
                        if state.isOver || Task.isCancelled { return (.some(nil), false) }
                        state.waiter?.resume(returning: nil)
                        state.waiter = continuation
                        return (nil, false)
                    }
                    let message = state.queue.removeFirst()
                    state.bytes -= message.byteCount
                    let resumes =
                        state.isHeldBack && state.queue.count <= maximumMessages / 2
                        && state.bytes <= maximumBytes / 2
                    if resumes { state.isHeldBack = false }
                    return (.some(message), resumes)
                }
                if resumes { resume() }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: nil)
        }
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let messages: WebSocketMessages

        package mutating func next() async -> WebSocketMessage? { await messages.next() }

        package mutating func next(isolation actor: isolated (any Actor)?) async -> WebSocketMessage? {
            await messages.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(messages: self) }
}
