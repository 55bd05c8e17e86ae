import Addresses
import Logging
import Synchronization
import Testing

@testable import RateLimiting

/// The limiter with a clock of the test's, and with shared cells that come and go.
@Suite struct RateLimiterTests {
    /// Cells that replicas share, in memory, and that can be away.
    final class Flaky: SharedCells {
        struct Away: Error {}
        let isAway = Mutex(false)
        let asked = Mutex(0)
        let cells = LocalCells()
        let clock: @Sendable () -> Int64

        init(_ clock: @escaping @Sendable () -> Int64) { self.clock = clock }

        var isReachable: Bool { !isAway.withLock { $0 } }

        func decide(_ requests: [CellRequest]) async throws -> CellAnswer {
            asked.withLock { $0 += 1 }
            if isAway.withLock({ $0 }) { throw Away() }
            var answer = CellAnswer(isAdmitted: true, leads: [])
            for request in requests where request.mode != .note {
                if !cells.decide(request.key, request.rate, .look, at: clock()).isAdmitted { answer.isAdmitted = false }
            }
            for request in requests {
                let mode = request.mode == .take && !answer.isAdmitted ? .look : request.mode
                answer.leads.append(cells.decide(request.key, request.rate, mode, at: clock()).lead)
            }
            return answer
        }
    }

    final class Clock: Sendable {
        let time = Mutex<Int64>(1_000_000_000)
        var now: Int64 { time.withLock { $0 } }
        func advance(_ seconds: Double) { time.withLock { $0 += Int64(seconds * 1e6) } }
    }

    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let here = IPAddress("192.0.2.1")
    private let there = IPAddress("192.0.2.2")
    private let clock = Clock()

    private func limiter(
        _ settings: RateLimitSettings = RateLimitSettings(),
        shared: (any SharedCells)? = nil,
        with policies: RateLimitPolicy...
    ) -> RateLimiter {
        let limiter = RateLimiter(settings, shared: shared, clock: { [clock] in clock.now }, logger: Self.quiet)
        var set = PolicySet(replicas: settings.replicas)
        for policy in policies { set.apply(.set(policy)) }
        limiter.use(set)
        return limiter
    }

    private func isAdmitted(_ verdict: LimitVerdict) -> Bool { verdict.outcome == .admitted }

    @Test func eachActorHasAQuotaOfTheirOwn() async {
        let limiter = limiter(with: RateLimitPolicy("actor", by: .actor, quota: 60, windowSeconds: 60, burst: 3))
        for _ in 0..<3 { #expect(isAdmitted(await limiter.proceed(.read, as: "ada", from: here))) }
        let refused = await limiter.proceed(.read, as: "ada", from: there)
        #expect(refused.outcome == .refused(violated: ["actor"], retryAfter: .seconds(1)))
        #expect(isAdmitted(await limiter.proceed(.read, as: "bob", from: here)))
        clock.advance(0.999)
        #expect(!isAdmitted(await limiter.proceed(.read, as: "ada", from: here)))
        clock.advance(0.001)
        #expect(isAdmitted(await limiter.proceed(.read, as: "ada", from: here)))
    }

    @Test func aRequestThatOneLimitRefusesCostsNothingOfTheOthers() async {
        let limiter = limiter(
            with: RateLimitPolicy("actor", by: .actor, quota: 600, windowSeconds: 60, burst: 10),
            RateLimitPolicy("writes", for: .write, by: .actor, quota: 60, windowSeconds: 60, burst: 2)
        )
        for _ in 0..<2 { #expect(isAdmitted(await limiter.proceed(.write, as: "ada", from: here))) }
        for _ in 0..<50 { #expect(!isAdmitted(await limiter.proceed(.write, as: "ada", from: here))) }
        for _ in 0..<8 { #expect(isAdmitted(await limiter.proceed(.read, as: "ada", from: here))) }
        #expect(!isAdmitted(await limiter.proceed(.read, as: "ada", from: here)))
    }

    @Test func failuresToSignInAreStoppedBeforeTheTokenIsLookedAt() async {
        let limiter = limiter(
            with: RateLimitPolicy("sign-in-address", for: .signIn, by: .address, quota: 60, windowSeconds: 60, burst: 5)
        )
        for index in 0..<5 {
            #expect(isAdmitted(await limiter.arrive(.read, from: here, token: "bad\(index)") { _ in nil }))
            _ = await limiter.signInFailed("bad\(index)", from: here, subject: nil)
        }
        let refused = await limiter.arrive(.read, from: here, token: "good") { _ in nil }
        #expect(refused.outcome == .refused(violated: ["sign-in-address"], retryAfter: .seconds(1)))
        #expect(isAdmitted(await limiter.arrive(.read, from: there, token: "good") { _ in nil }))
        // Probes are not limited; signing in for them is.
        #expect(!isAdmitted(await limiter.arrive(.probe, from: here, token: "bad") { _ in nil }))
        #expect(isAdmitted(await limiter.arrive(.probe, from: here, token: nil) { _ in nil }))
    }

    @Test func whoIsSignedInThereGoesOnWhileOthersFail() async {
        let limiter = limiter()
        limiter.signInSucceeded("good", from: here)
        for index in 0..<100 { _ = await limiter.signInFailed("bad\(index)", from: here, subject: "user ada") }
        #expect(isAdmitted(await limiter.arrive(.read, from: here, token: "good") { _ in "user ada" }))
        #expect(!isAdmitted(await limiter.arrive(.read, from: here, token: "other") { _ in "user ada" }))
        // A token that is good no more is known no more.
        _ = await limiter.signInFailed("good", from: here, subject: nil)
        #expect(!isAdmitted(await limiter.arrive(.read, from: here, token: "good") { _ in "user ada" }))
    }

    @Test(arguments: [false, true])
    func failuresInSomebodysNameDelayFurtherFailuresAndNeverAGoodToken(isShared: Bool) async {
        let shared = isShared ? Flaky { [clock] in clock.now } : nil
        let limiter = limiter(shared: shared)
        for index in 0..<UInt32(20) {
            let address = IPAddress(v4: 0xC633_6400 + index)
            #expect(isAdmitted(await limiter.arrive(.read, from: address, token: "t\(index)") { _ in "user ada" }))
            let failure = await limiter.signInFailed("t\(index)", from: address, subject: "user ada")
            #expect(isAdmitted(failure))
        }
        // A token is looked at, whoever failed in that name from elsewhere; one that is not good is refused.
        for routeClass in [RouteClass.read, .limits] {
            #expect(isAdmitted(await limiter.arrive(routeClass, from: here, token: "good") { _ in "user ada" }))
        }
        let refused = await limiter.signInFailed("t", from: there, subject: "user ada")
        #expect(refused.outcome == .refused(violated: ["sign-in-subject"], retryAfter: .seconds(10)))
        #expect(limiter.tally.denied["sign-in-subject"] == 1)
        #expect(isAdmitted(await limiter.signInFailed("t", from: there, subject: "user bob")))
    }

    @Test func failuresThatWereSeenWhileTheSharedCellsWereAwayStillCountWhenTheyAreBack() async {
        let shared = Flaky { [clock] in clock.now }
        let limiter = limiter(RateLimitSettings(replicas: 4), shared: shared)
        shared.isAway.withLock { $0 = true }
        for index in 0..<30 { _ = await limiter.signInFailed("bad\(index)", from: here, subject: nil) }
        shared.isAway.withLock { $0 = false }
        let refused = await limiter.arrive(.read, from: here, token: "guess") { _ in nil }
        guard case .refused(let violated, _) = refused.outcome else {
            Issue.record("\(refused.outcome)")
            return
        }
        #expect(violated == ["sign-in-address"])
        #expect(isAdmitted(await limiter.arrive(.read, from: there, token: "guess") { _ in nil }))
    }

    /// Beside Redis a server's share is not what it counts failures by.
    @Test func failuresThatOneServerSawAreBorneInFullWhereServersCountTogether() async {
        let limiter = limiter(RateLimitSettings(replicas: 4), shared: Flaky { [clock] in clock.now })
        for index in 0..<29 { _ = await limiter.signInFailed("bad\(index)", from: here, subject: nil) }
        #expect(isAdmitted(await limiter.arrive(.read, from: here, token: "good") { _ in nil }))
    }

    @Test func whoFloodsLimitsWithoutATokenIsRefusedAndWhoIsKnownThereGoesOn() async {
        let limiter = limiter()
        limiter.signInSucceeded("admin", from: here)
        for _ in 0..<300 { #expect(isAdmitted(await limiter.arrive(.limits, from: here, token: nil) { _ in nil })) }
        #expect(!isAdmitted(await limiter.arrive(.limits, from: here, token: nil) { _ in nil }))
        #expect(!isAdmitted(await limiter.arrive(.limits, from: here, token: "new") { _ in nil }))
        #expect(isAdmitted(await limiter.arrive(.limits, from: here, token: "admin") { _ in nil }))
        #expect(isAdmitted(await limiter.arrive(.limits, from: there, token: "new") { _ in nil }))
    }

    @Test func monitoringIsLimitedAndAnsweredWithoutTheSharedCells() async {
        let shared = Flaky { [clock] in clock.now }
        let limiter = limiter(
            RateLimitSettings(withoutShared: .refuse),
            shared: shared,
            with: RateLimitPolicy("address", by: .address, quota: 60, windowSeconds: 60, burst: 5)
        )
        shared.isAway.withLock { $0 = true }
        #expect(await limiter.arrive(.read, from: here, token: nil) { _ in nil }.outcome == .unknown)
        for _ in 0..<5 { #expect(isAdmitted(await limiter.arrive(.monitoring, from: here, token: nil) { _ in nil })) }
        #expect(!isAdmitted(await limiter.arrive(.monitoring, from: here, token: nil) { _ in nil }))
    }

    @Test func aSuccessDoesNotUndoFailures() async {
        let limiter = limiter()
        for index in 0..<30 {
            _ = await limiter.signInFailed("bad\(index)", from: here, subject: nil)
            limiter.signInSucceeded("good", from: here)
        }
        #expect(!isAdmitted(await limiter.arrive(.read, from: here, token: "new") { _ in nil }))
    }

    @Test func withoutTheSharedCellsEachReplicaKeepsItsShare() async {
        let shared = Flaky { [clock] in clock.now }
        let limiter = limiter(
            RateLimitSettings(replicas: 4),
            shared: shared,
            with: RateLimitPolicy("actor", by: .actor, quota: 60, windowSeconds: 60, burst: 8)
        )
        for _ in 0..<8 { #expect(isAdmitted(await limiter.proceed(.read, as: "ada", from: here))) }
        #expect(!isAdmitted(await limiter.proceed(.read, as: "ada", from: here)))
        #expect(limiter.currentPlace == .shared)

        shared.isAway.withLock { $0 = true }
        // What was used up there is not to be had once more here.
        #expect(!isAdmitted(await limiter.proceed(.read, as: "ada", from: here)))
        #expect(limiter.currentPlace == .unreachable)
        for _ in 0..<2 { #expect(isAdmitted(await limiter.proceed(.read, as: "bob", from: here))) }
        #expect(!isAdmitted(await limiter.proceed(.read, as: "bob", from: here)))
        clock.advance(3.999)
        #expect(!isAdmitted(await limiter.proceed(.read, as: "bob", from: here)))
        clock.advance(0.001)
        #expect(isAdmitted(await limiter.proceed(.read, as: "bob", from: here)))

        shared.isAway.withLock { $0 = false }
        #expect(isAdmitted(await limiter.proceed(.read, as: "cy", from: here)))
        #expect(limiter.currentPlace == .shared)
    }

    @Test func whereItIsSetSoRequestsAreRefusedWithoutTheSharedCells() async {
        let shared = Flaky { [clock] in clock.now }
        let limiter = limiter(RateLimitSettings(withoutShared: .refuse), shared: shared)
        #expect(isAdmitted(await limiter.proceed(.read, as: "ada", from: here)))
        shared.isAway.withLock { $0 = true }
        #expect(await limiter.proceed(.read, as: "ada", from: here).outcome == .unknown)
        #expect(await limiter.arrive(.write, from: here, token: nil) { _ in nil }.outcome == .unknown)
        // Limits can be read and mended even then, within their own.
        for _ in 0..<60 { #expect(isAdmitted(await limiter.proceed(.limits, as: "ada", from: here))) }
        #expect(!isAdmitted(await limiter.proceed(.limits, as: "ada", from: here)))
    }

    @Test func whoWasRefusedIsTold() async {
        let limiter = limiter(with: RateLimitPolicy("actor", by: .actor, quota: 60, windowSeconds: 60, burst: 1))
        for _ in 0..<5 { _ = await limiter.proceed(.read, as: "ada", from: here) }
        #expect(limiter.tally.denied == ["actor": 4])
        #expect(limiter.tally.limited(10).map(\.element.key.actor) == ["ada"])
        #expect(limiter.tally.limited(10).map(\.count) == [4])
    }
}
