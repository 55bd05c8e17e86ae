import JWTKit
package import Logging
import OpenSSL
import ServiceLifecycle
import Synchronization

/// The keys of an identity provider as of now: read at the start, looked for regularly, and looked for at once when a
/// token names one that is not known, though no oftener than ``KeySearch`` allows.
///
/// A reading that fails, or brings no usable key, changes nothing: the last good keys go on, up to a bounded age.
package final class KeySet: Service {
    private typealias Instant = ContinuousClock.Instant

    private struct State {
        var keys = VerificationKeys()
        /// Of the bytes that ``keys`` were read from.
        var digest: Digest32?
        var generation = 0
        /// When the last reading began that found ``keys``.
        var confirmed: Instant?
        var lastError: String?
        /// The reading that is under way; all who ask meanwhile wait for it.
        var reading: Task<Void, Never>?
        var search: KeySearch
    }

    /// How soon a reading that failed is tried again.
    private static let retryInterval = Duration.seconds(10)

    private let source: any KeySetSource
    private let algorithms: Set<JWTSettings.Algorithm>
    private let maximumAge: Duration
    private let logger: Logger
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Parameters:
    ///   - maximumAge: for how long keys are good that could not be read again since.
    ///   - clock: what that is measured by.
    package init(
        _ source: any KeySetSource,
        algorithms: Set<JWTSettings.Algorithm>,
        maximumAge: Duration = .seconds(86_400),
        logger: Logger,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.source = source
        self.algorithms = algorithms
        self.maximumAge = maximumAge
        self.logger = logger
        self.clock = clock
        state = Mutex(State(search: KeySearch(pace: source.minimumInterval)))
    }

    /// Looks for new keys until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.read()
                let hasFailed = self.state.withLock { $0.lastError != nil }
                let pause = hasFailed ? min(self.source.interval, Self.retryInterval) : self.source.interval
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// How often the keys have changed: what was verified before a change may not hold after it. Nil while there are no
    /// keys that may be used.
    var generation: Int? { state.withLock { isUsable($0) ? $0.generation : nil } }

    /// The key for a signature; nil if there is none.
    ///
    /// - Parameter known: a generation whose key was not the right one, though it had the right name.
    func key(
        _ keyID: String?,
        for algorithm: JWTSettings.Algorithm,
        beyond known: Int? = nil
    ) async throws -> (any JWTAlgorithm)? {
        let arrival = clock()
        while true {
            if let key = current(keyID, algorithm, beyond: known) { return key }
            try Task.checkCancellation()
            switch state.withLock({ $0.search.next(for: keyID.map { [UInt8]($0.utf8) }, since: arrival, now: clock()) })
            {
            case .read:
                await read()
            case .wait(let moment):
                defer { state.withLock { $0.search.stopWaiting() } }
                try await Task.sleep(until: moment, clock: .continuous)
            case .unknown:
                // The keys may have come between the two looks at the state.
                if let key = current(keyID, algorithm, beyond: known) { return key }
                try requireAnswer()
                KeySetMetrics.noteUnknownKey()
                return nil
            case .dropped:
                KeySetMetrics.noteUnknownKey()
                return nil
            case .refuse:
                throw Problem(
                    .tooManyRequests,
                    "So many tokens name keys that are not known that the key of this one was not looked for. Try again.",
                    headers: [.retryAfter(source.minimumInterval)]
                )
            }
        }
    }

    private func current(
        _ keyID: String?,
        _ algorithm: JWTSettings.Algorithm,
        beyond known: Int?
    ) -> (any JWTAlgorithm)? {
        state.withLock { isUsable($0) && $0.generation != known ? $0.keys.key(keyID, for: algorithm) : nil }
    }

    private func isUsable(_ state: State) -> Bool {
        state.confirmed.map { clock() - $0 <= maximumAge } ?? false
    }

    /// Without any key, or with some of before only, it cannot be said that a token is wrong: its key may be a new one.
    private func requireAnswer() throws {
        guard state.withLock({ !isUsable($0) || $0.lastError != nil }) else { return }
        throw Problem.unavailable(
            retryAfter: source.minimumInterval,
            "The keys of the identity provider are not at hand, so that this token cannot be checked."
        )
    }

    /// Reads the source, or waits for the reading that is under way.
    package func read() async {
        let task = state.withLock { state -> Task<Void, Never> in
            if let reading = state.reading { return reading }
            let now = clock()
            state.search.begin(at: now)
            let task = Task { await self.readSource(begun: now) }
            state.reading = task
            return task
        }
        await task.value
    }

    private func readSource(begun: Instant) async {
        do throws(KeySetError) {
            let bytes = try await source.read()
            let digest = SHA256.hash(bytes)
            // What has not changed spares everybody's tokens a second check.
            if state.withLock({ $0.digest == digest }) {
                succeed(begun) { _ in }
            } else {
                let keys = try await VerificationKeys(jwks: bytes, algorithms: algorithms)
                for reason in keys.ignored {
                    logger.notice("A key of the identity provider is ignored: \(LogText(reason))")
                }
                succeed(begun) { state in
                    state.search.replace(state.keys.keyIDs, with: keys.keyIDs, at: begun)
                    state.keys = keys
                    state.digest = digest
                    state.generation += 1
                }
                logger.info("The keys of the identity provider were read: \(keys.keyIDs.count) with an id")
            }
        } catch {
            fail(error)
        }
    }

    private func succeed(_ begun: Instant, _ change: (inout State) -> Void) {
        let (wasFailing, count) = state.withLock { state in
            change(&state)
            defer { state.lastError = nil }
            state.confirmed = begun
            finish(&state)
            return (state.lastError != nil, state.keys.count)
        }
        KeySetMetrics.noteRead(count: count)
        if wasFailing { logger.notice("The keys of the identity provider can be read again") }
    }

    /// The keys that are known stay in use: a provider that is away for an hour locks nobody out.
    private func fail(_ error: KeySetError) {
        let (isNews, age) = state.withLock { state in
            defer { state.lastError = error.message }
            finish(&state)
            return (state.lastError != error.message, state.confirmed.map { clock() - $0 })
        }
        KeySetMetrics.noteFailure(error.code, age: age)
        let consequence =
            switch age {
            case nil: "nobody can sign in by them"
            case let age? where age > maximumAge: "those known are too old by now to be used"
            case let age?: "those of \(age.components.seconds) seconds ago go on"
            }
        // Said once: the source is asked again and again.
        logger.log(
            level: isNews ? .warning : .debug,
            "The keys of the identity provider could not be read, and \(consequence): \(LogText(error.message))"
        )
    }

    private func finish(_ state: inout State) {
        state.reading = nil
        state.search.end()
    }
}

extension KeySet: ReadinessCheck {
    package var name: String { "sign-in keys" }

    package func obstacle() async -> String? {
        state.withLock { state in
            guard !isUsable(state) else { return nil }
            let reason = state.lastError ?? "it was not tried yet"
            return state.confirmed == nil
                ? "No key set could be read (\(reason))."
                : "The key set is too old and could not be read again (\(reason))."
        }
    }
}
