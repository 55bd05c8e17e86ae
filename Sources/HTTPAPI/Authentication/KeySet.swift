import JWTKit
package import Logging
import ServiceLifecycle
import Synchronization

/// The keys of an identity provider as of now: read at the start, looked for regularly, and looked for at once when a
/// token names one that is not known, though never more often than the source bears.
package final class KeySet: Service {
    private struct State {
        var keys = VerificationKeys()
        var generation = 0
        var lastError: String?
        /// The reading that is under way; all who ask meanwhile wait for it.
        var reading: Task<Void, Never>?
        var lastReading: ContinuousClock.Instant?
    }

    private let source: any KeySetSource
    private let algorithms: Set<JWTSettings.Algorithm>
    private let logger: Logger
    private let state = Mutex(State())

    package init(_ source: any KeySetSource, algorithms: Set<JWTSettings.Algorithm>, logger: Logger) {
        self.source = source
        self.algorithms = algorithms
        self.logger = logger
    }

    /// Looks for new keys until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.read()
                try? await Task.sleep(for: self.source.interval)
            }
        }
    }

    /// How often the keys have changed: what was verified before a change may not hold after it.
    var generation: Int { state.withLock { $0.generation } }

    /// The key for a signature. One that is not known is looked for at the source, if the last look is long enough ago.
    func key(_ keyID: String?, for algorithm: JWTSettings.Algorithm) async throws -> (any JWTAlgorithm)? {
        if let key = known(keyID, algorithm) { return key }
        await readIfDue()
        if let key = known(keyID, algorithm) { return key }
        // Without any key it cannot be said that the token is wrong.
        if state.withLock({ $0.generation == 0 }) {
            throw Problem.unavailable(
                retryAfter: source.minimumInterval,
                "The keys of the identity provider are not at hand, so that its tokens cannot be checked."
            )
        }
        return nil
    }

    private func known(_ keyID: String?, _ algorithm: JWTSettings.Algorithm) -> (any JWTAlgorithm)? {
        state.withLock { $0.keys.key(keyID, for: algorithm) }
    }

    private func readIfDue() async {
        let isDue = state.withLock { state in
            state.reading != nil || (state.lastReading.map { .now - $0 >= source.minimumInterval } ?? true)
        }
        if isDue { await read() }
    }

    /// Reads the source, or waits for the reading that is under way.
    package func read() async {
        let task = state.withLock { state -> Task<Void, Never> in
            if let reading = state.reading { return reading }
            let task = Task { await self.readSource() }
            state.reading = task
            return task
        }
        await task.value
    }

    private func readSource() async {
        do throws(KeySetError) {
            if let bytes = try await source.read() {
                let keys = try await VerificationKeys(jwks: bytes, algorithms: algorithms)
                for reason in keys.ignored { logger.notice("A key of the identity provider is ignored: \(reason)") }
                finish { state in
                    state.keys = keys
                    state.generation += 1
                    state.lastError = nil
                }
                logger.info("The keys of the identity provider were read")
            } else {
                finish { _ in }
            }
        } catch {
            // The keys that are known stay in use: a provider that is away for an hour locks nobody out.
            let isNews = state.withLock { $0.lastError != error.message }
            // Said once: the source is asked again and again.
            logger.log(
                level: isNews ? .warning : .debug,
                "The keys of the identity provider could not be read: \(LogText(error.message))"
            )
            finish { $0.lastError = error.message }
        }
    }

    private func finish(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            state.reading = nil
            state.lastReading = .now
        }
    }
}

extension KeySet: ReadinessCheck {
    package var name: String { "sign-in keys" }

    package func obstacle() async -> String? {
        state.withLock { state in
            state.generation == 0 ? "No key set could be read (\(state.lastError ?? "it was not tried yet"))." : nil
        }
    }
}
