import Testing

@testable import Monitoring

/// When requests are enough to tell a rate.
@Suite struct RateWindowTests {
    private let start = ContinuousClock.now

    @Test func manyRequestsTellARateAtEachLook() {
        var rates = RateWindow(from: start)
        #expect(rates.take(10, of: 100, at: start) == 100)
        #expect(rates.take(0, of: 100, at: start) == 0)
    }

    @Test func fewAreCarriedOverUntilThereAreEnough() {
        var rates = RateWindow(from: start)
        #expect(rates.take(1, of: 3, at: start + .seconds(10)) == nil)
        #expect(rates.take(0, of: 0, at: start + .seconds(20)) == nil)
        #expect(rates.take(1, of: 17, at: start + .seconds(30)) == 100)
    }

    @Test func aServerWithLittleToDoThatFailsIsSeenAfterFiveMinutes() {
        var rates = RateWindow(from: start)
        var told: [Int64] = []
        for minute in 1...10 {
            let rate = rates.take(1, of: 1, at: start + .seconds(60 * minute))
            if let rate { told.append(rate) }
        }
        #expect(told == [1_000, 1_000])
    }

    @Test func noRequestsAreNoErrors() {
        var rates = RateWindow(from: start)
        #expect(rates.take(0, of: 0, at: start + .seconds(10)) == nil)
        #expect(rates.take(0, of: 0, at: start + .seconds(300)) == 0)
    }
}
