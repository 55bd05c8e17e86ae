import DequeModule
import Logging
import Synchronization

/// What callers and the threads that serve them share: the queue and the circuit.
final class RedisExchanges: Sendable {
    /// What a thread does next.
    enum Step: Sendable {
        case connect(generation: Int)
        case exchange([PendingExchange])
        /// Nothing to do until then, or until woken.
        case rest(ContinuousClock.Instant?)
        case stop
    }

    private struct State {
        var queue: Deque<PendingExchange> = []
        var circuit: RedisCircuit
        /// All of them, until stopped.
        var threads: [RedisThread] = []
        /// Those with a connection and nothing to do.
        var resting: [RedisThread] = []
        var isStopped = false
        var underWay = 0
        var roundTrips = 0
    }

    /// How many bytes of commands, and how many callers, share a round trip.
    private static let batchBytes = 1 << 20
    private static let batchCallers = 128

    let configuration: RedisConfiguration
    private let logger: Logger
    private let state: Mutex<State>

    init(_ configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        state = Mutex(State(circuit: RedisCircuit(now: .now)))
    }

    func add(_ thread: RedisThread) { state.withLock { $0.threads.append(thread) } }

    /// Sends when a thread is free, together with what others have to send.
    func perform(_ commands: [UInt8], count: Int) async -> PendingExchange.Outcome {
        if let refusal = state.withLock({ refusal($0) }) { return .failure(refusal) }
        return await withCheckedContinuation { caller in
            let pending = PendingExchange(
                commands: commands,
                count: count,
                deadline: .now + configuration.commandTimeout,
                caller: caller
            )
            let (refusal, thread) = state.withLock { state -> (RedisError?, RedisThread?) in
                if let refusal = self.refusal(state) { return (refusal, nil) }
                state.queue.append(pending)
                return (nil, state.resting.popLast())
            }
            if let refusal { return caller.resume(returning: .failure(refusal)) }
            thread?.wake()
        }
    }

    private func refusal(_ state: borrowing State) -> RedisError? {
        if state.isStopped { return RedisError(.closed, "The connections to Redis were closed.") }
        guard state.circuit.isClosed else {
            return RedisError(.unavailable, state.circuit.lastError?.message ?? "Redis is not connected yet.")
        }
        guard state.queue.count < configuration.maximumPending else {
            return RedisError(.busy, "Too many callers wait for Redis.")
        }
        return nil
    }

    /// - Parameter generation: of the thread's connection, or nil if it has none
    func next(for thread: RedisThread, generation: Int?) -> Step {
        let (step, expired) = state.withLock { state -> (Step, [PendingExchange]) in
            if state.isStopped { return (.stop, []) }
            let now = ContinuousClock.now
            guard generation == state.circuit.generation else {
                let until = state.circuit.mayConnect(now)
                if let until { return (.rest(until), []) }
                return (.connect(generation: state.circuit.generation), [])
            }
            var (batch, expired): ([PendingExchange], [PendingExchange]) = ([], [])
            var bytes = 0
            while batch.count < Self.batchCallers, bytes < Self.batchBytes, let first = state.queue.popFirst() {
                if first.deadline <= now {
                    expired.append(first)
                } else {
                    batch.append(first)
                    bytes += first.commands.count
                }
            }
            if batch.isEmpty {
                state.resting.append(thread)
                return (.rest(nil), expired)
            }
            state.underWay += batch.count
            return (.exchange(batch), expired)
        }
        for pending in expired {
            pending.caller.resume(returning: .failure(RedisError(.timedOut, "Redis had no time in time.")))
        }
        return step
    }

    /// The thread woke for another reason than to be given work.
    func wakened(_ thread: RedisThread) {
        state.withLock { $0.resting.removeAll { $0 === thread } }
    }

    func connected(generation: Int) {
        let isNew = state.withLock { $0.circuit.connected(generation: generation, .now) }
        if isNew { logger.info("Redis is connected", metadata: ["redis": "\(configuration)"]) }
    }

    /// Answers until when the thread leaves it, if Redis serves others meanwhile: it may have connections enough.
    func failedToConnect(_ error: RedisError, generation: Int) -> ContinuousClock.Instant? {
        if state.withLock({ $0.circuit.isClosed && $0.circuit.generation == generation }) {
            logger.debug("a further connection to Redis could not be made", metadata: ["error": "\(error)"])
            return .now + .seconds(1)
        }
        failed([], error, generation: generation)
        return nil
    }

    func finished(_ batch: [PendingExchange], _ replies: [RedisReply]) {
        state.withLock { state in
            state.underWay -= batch.count
            state.roundTrips += 1
        }
        var rest = replies[...]
        for pending in batch {
            pending.caller.resume(returning: .success(Array(rest.prefix(pending.count))))
            rest = rest.dropFirst(pending.count)
        }
    }

    /// A connection failed with what it had under way: nobody else is sent to wait for the same.
    func failed(_ batch: [PendingExchange], _ error: RedisError, generation: Int) {
        let (wasUsed, queued, resting) = state.withLock { state -> (Bool, Deque<PendingExchange>, [RedisThread]) in
            state.underWay -= batch.count
            let before = state.circuit.generation
            let wasUsed = state.circuit.failed(error, generation: generation, .now)
            guard state.circuit.generation != before else { return (false, [], []) }
            defer {
                state.queue.removeAll()
                state.resting.removeAll()
            }
            return (wasUsed, state.queue, state.resting)
        }
        if wasUsed { logger.warning("Redis is away and is left out until it answers", metadata: ["error": "\(error)"]) }
        for pending in batch { pending.caller.resume(returning: .failure(error)) }
        for pending in queued {
            pending.caller.resume(returning: .failure(RedisError(.unavailable, error.message)))
        }
        for thread in resting { thread.wake() }
    }

    func stop() {
        let (queued, threads) = state.withLock { state -> (Deque<PendingExchange>, [RedisThread]) in
            state.isStopped = true
            defer {
                state.queue.removeAll()
                state.resting.removeAll()
                state.threads.removeAll()
            }
            return (state.queue, state.threads)
        }
        for pending in queued {
            pending.caller.resume(returning: .failure(RedisError(.closed, "The connections to Redis were closed.")))
        }
        for thread in threads { thread.wake() }
    }

    var availability: RedisAvailability {
        state.withLock { state in
            RedisAvailability(
                isAvailable: state.circuit.isClosed && !state.isStopped,
                duration: .now - state.circuit.since,
                lastError: state.circuit.lastError,
                failures: state.circuit.failures,
                pending: state.queue.count + state.underWay,
                roundTrips: state.roundTrips
            )
        }
    }
}
