import NIOCore

/// What is on its way to a client, counted until the connection has taken it.
struct Outbox {
    /// What became of an offer.
    enum Verdict: Hashable {
        /// It is in; if `wakes`, nobody has been told yet that there is something to write.
        case accepted(wakes: Bool)
        case full
        case closed
    }

    private let maximumBytes: Int
    private let maximumMessages: Int
    private var queue: [ByteBuffer] = []
    private var isAwake = false
    private var waiters: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    private var nextWaiter = 0

    /// Bytes and messages not yet taken by the connection.
    private(set) var bytes = 0
    private(set) var messages = 0
    /// How often the connection has taken something.
    private(set) var takings = 0
    /// Nothing more is taken.
    private(set) var isClosed = false

    init(maximumBytes: Int, maximumMessages: Int) {
        self.maximumBytes = maximumBytes
        self.maximumMessages = maximumMessages
    }

    /// Whether it is so empty that whoever can wait need not.
    var hasAmpleRoom: Bool { bytes <= maximumBytes / 2 && messages <= maximumMessages / 2 }

    mutating func offer(_ frame: ByteBuffer) -> Verdict {
        guard !isClosed else { return .closed }
        // A frame longer than the whole bound may go alone, or it could never go.
        guard messages == 0 || (bytes + frame.readableBytes <= maximumBytes && messages < maximumMessages) else {
            return .full
        }
        return accept(frame)
    }

    /// Offers what has waited for room: one message may go beyond the bound, or it could wait for ever.
    mutating func offerWaited(_ frame: ByteBuffer) -> Verdict {
        guard !isClosed else { return .closed }
        return hasAmpleRoom ? accept(frame) : .full
    }

    private mutating func accept(_ frame: ByteBuffer) -> Verdict {
        queue.append(frame)
        bytes += frame.readableBytes
        messages += 1
        defer { isAwake = true }
        return .accepted(wakes: !isAwake)
    }

    /// What is to be written now. Give it to ``written(bytes:messages:)`` when the connection has taken it.
    mutating func take() -> [ByteBuffer] {
        isAwake = false
        defer { queue = [] }
        return queue
    }

    /// Gives those who may go on.
    mutating func written(bytes: Int, messages: Int) -> [CheckedContinuation<Bool, Never>] {
        self.bytes -= bytes
        self.messages -= messages
        takings += 1
        guard hasAmpleRoom else { return [] }
        return removeWaiters()
    }

    /// Gives those who have waited in vain.
    mutating func close() -> [CheckedContinuation<Bool, Never>] {
        isClosed = true
        return removeWaiters()
    }

    /// Has somebody wait; nil if there is no need, as there is room or will never be any.
    mutating func wait(_ continuation: CheckedContinuation<Bool, Never>) -> Int? {
        guard !isClosed, !hasAmpleRoom else { return nil }
        nextWaiter += 1
        waiters.append((nextWaiter, continuation))
        return nextWaiter
    }

    mutating func removeWaiter(_ id: Int) -> CheckedContinuation<Bool, Never>? {
        waiters.firstIndex { $0.id == id }.map { waiters.remove(at: $0).continuation }
    }

    private mutating func removeWaiters() -> [CheckedContinuation<Bool, Never>] {
        defer { waiters = [] }
        return waiters.map(\.continuation)
    }
}
