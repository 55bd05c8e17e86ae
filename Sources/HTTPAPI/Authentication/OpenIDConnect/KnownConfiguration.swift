import Logging
import Synchronization

/// The configuration of a provider, asked for when it is needed and no newer one is known: once for all who ask at the same time.
final class KnownConfiguration: Sendable {
    private typealias Instant = ContinuousClock.Instant
    private typealias Reading = Task<Result<ProviderConfiguration, KeySetError>, Never>

    private struct State {
        var known: (configuration: ProviderConfiguration, readAt: Instant)?
        var failure: (error: KeySetError, at: Instant)?
        var reading: Reading?
    }

    private enum Step {
        case answer(ProviderConfiguration)
        case refuse(KeySetError)
        case wait(Reading)
    }

    /// How old it becomes before it is asked for again.
    private static let fresh = Duration.seconds(300)
    /// For how long it goes on where it cannot be asked for.
    private static let longest = Duration.seconds(86_400)
    /// How long after a failure it is not asked for again.
    private static let pause = Duration.seconds(2)

    private let provider: OpenIDProvider
    private let logger: Logger
    private let state = Mutex(State())

    init(_ provider: OpenIDProvider, logger: Logger) {
        self.provider = provider
        self.logger = logger
    }

    /// The configuration.
    func current() async throws(KeySetError) -> ProviderConfiguration {
        let step = state.withLock { state -> Step in
            let now = Instant.now
            if let known = state.known, now - known.readAt < Self.fresh { return .answer(known.configuration) }
            if let reading = state.reading { return .wait(reading) }
            if let failure = state.failure, now - failure.at < Self.pause { return .refuse(failure.error) }
            let reading = Reading { await self.read() }
            state.reading = reading
            return .wait(reading)
        }
        switch step {
        case .answer(let configuration): return configuration
        case .refuse(let error): return try last(after: error)
        case .wait(let reading):
            do { return try await reading.value.get() } catch { return try last(after: error) }
        }
    }

    private func read() async -> Result<ProviderConfiguration, KeySetError> {
        let result: Result<ProviderConfiguration, KeySetError>
        do throws(KeySetError) { result = .success(try await provider.currentConfiguration()) } catch {
            result = .failure(error)
            logger.warning("Nobody can be led to the identity provider: \(LogText(error.message))")
        }
        state.withLock { state in
            state.reading = nil
            switch result {
            case .success(let configuration): state.known = (configuration, .now)
            case .failure(let error): state.failure = (error, .now)
            }
        }
        return result
    }

    /// The last one that could be read, where that is not too long ago.
    private func last(after error: KeySetError) throws(KeySetError) -> ProviderConfiguration {
        let known = state.withLock { $0.known }
        guard let known, Instant.now - known.readAt < Self.longest else { throw error }
        return known.configuration
    }
}
