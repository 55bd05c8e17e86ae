import CLibpq
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a command waits for at the socket.
struct Readiness: OptionSet {
    let rawValue: Int16

    static let readable = Readiness(rawValue: Int16(POLLIN))
    static let writable = Readiness(rawValue: Int16(POLLOUT))
}

/// A command that waits for dispatch to report its socket.
struct ParkedCommand {
    var continuation: CheckedContinuation<Void, Never>
    var sources: [any DispatchSourceProtocol]
    /// Sources whose cancel handler has not run. The socket is theirs until it has.
    var remaining: Int
    var isWoken = false
}

extension PostgresConnection {
    /// How long the connection's own thread waits for the socket before it hands the watch to dispatch.
    ///
    /// Most statements answer sooner, and a wait in place saves two changes of thread.
    private static let patience: Int32 = 1

    /// Waits for the socket on behalf of the running command.
    func wait(for readiness: Readiness) async throws {
        while try !isReadySoon(readiness) {
            if try await isReady(readiness, before: deadline) { return }
        }
    }

    /// Waits in place for as long as most statements take; answers whether that was enough.
    ///
    /// Costs no suspension, which is why the way of a quick statement leads past here and not through `wait`.
    func isReadySoon(_ readiness: Readiness) throws -> Bool {
        try checkInterruption()
        return poll(try openDescriptor(), readiness, milliseconds: Self.patience)
    }

    private func openDescriptor() throws -> Int32 {
        guard let descriptor = line?.descriptor, descriptor >= 0 else {
            throw PostgresError(.connectionLost, "The connection to the server is gone.")
        }
        return descriptor
    }

    /// Throws if the command is to stop.
    func checkInterruption() throws {
        if let closure = commands.closure { throw closure }
        if let deadline, ContinuousClock.now >= deadline {
            if isClearing { throw CommandInterrupted(reason: .deadlineExceeded) }
            if let turn = commands.running { _ = commands.interrupt(turn, .deadlineExceeded) }
        }
        if !isClearing, let reason = commands.interruption { throw CommandInterrupted(reason: reason) }
    }

    /// Waits for the socket, the end of the time, or `wake`. Answers whether it was the socket.
    func isReady(_ readiness: Readiness, before end: ContinuousClock.Instant?) async throws -> Bool {
        let descriptor = try openDescriptor()
        if poll(descriptor, readiness, milliseconds: 0) { return true }
        await park(descriptor, readiness, until: end)
        return poll(descriptor, readiness, milliseconds: 0)
    }

    private func poll(_ descriptor: Int32, _ readiness: Readiness, milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: readiness.rawValue, revents: 0)
        #if canImport(Darwin)
            return Darwin.poll(&watched, 1, milliseconds) > 0
        #elseif canImport(Musl)
            return Musl.poll(&watched, 1, milliseconds) > 0
        #else
            return Glibc.poll(&watched, 1, milliseconds) > 0
        #endif
    }

    private func park(_ descriptor: Int32, _ readiness: Readiness, until end: ContinuousClock.Instant?) async {
        await withCheckedContinuation { continuation in
            // An interruption that came before there was anything to wake must not be slept through.
            if commands.closure != nil || (!isClearing && commands.interruption != nil) {
                return continuation.resume()
            }
            let sources = makeSources(descriptor, readiness, until: end)
            parked = ParkedCommand(continuation: continuation, sources: sources, remaining: sources.count)
            for source in sources {
                source.setEventHandler { [self] in assumeIsolated { $0.wake() } }
                source.setCancelHandler { [self] in assumeIsolated { $0.sourceIsCancelled() } }
                source.activate()
            }
        }
    }

    private func makeSources(
        _ descriptor: Int32,
        _ readiness: Readiness,
        until end: ContinuousClock.Instant?
    ) -> [any DispatchSourceProtocol] {
        var sources: [any DispatchSourceProtocol] = []
        if readiness.contains(.readable) {
            sources.append(DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: executor.queue))
        }
        if readiness.contains(.writable) {
            sources.append(DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: executor.queue))
        }
        if let end {
            let timer = DispatchSource.makeTimerSource(queue: executor.queue)
            let left = max((end - ContinuousClock.now) / .nanoseconds(1), 0)
            timer.schedule(deadline: .now() + .nanoseconds(Int(min(left, 1e18))), leeway: .milliseconds(1))
            sources.append(timer)
        }
        return sources
    }

    /// Lets a parked command look again.
    func wake() {
        guard let parked, !parked.isWoken else { return }
        self.parked?.isWoken = true
        for source in parked.sources { source.cancel() }
    }

    /// The command goes on only when no source watches the socket any more, since libpq may close it next.
    private func sourceIsCancelled() {
        parked?.remaining -= 1
        guard let parked, parked.remaining == 0 else { return }
        self.parked = nil
        parked.continuation.resume()
    }
}
