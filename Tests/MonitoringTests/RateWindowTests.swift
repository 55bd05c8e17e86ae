import Testing

@testable import Monitoring

/// When requests are enough to tell a rate.
@Suite struct RateWindowTests {
    private let start = ContinuousClock.now

    private func window(_ requests: Int64, failed: Int64 = 0) -> RecentRequests.Window {
        var window = RecentRequests.Window()
        window.requests = requests
        window.serverErrors = failed
        return window
    }

    @Test func manyRequestsTellARateAtEachLook() {
        var rates = RateWindow(from: start)
        #expect(rates.take(window(100, failed: 10), at: start)?.serverErrors == 100)
        #expect(rates.take(window(100), at: start)?.serverErrors == 0)
    }

    @Test func fewAreCarriedOverUntilThereAreEnough() {
        var rates = RateWindow(from: start)
        #expect(rates.take(window(3, failed: 1), at: start + .seconds(10)) == nil)
        #expect(rates.take(window(0), at: start + .seconds(20)) == nil)
        #expect(rates.take(window(17, failed: 1), at: start + .seconds(30))?.serverErrors == 100)
    }

    @Test func aServerWithLittleToDoThatFailsIsSeenAfterFiveMinutes() {
        var rates = RateWindow(from: start)
        var told: [Int64] = []
        for minute in 1...10 {
            let rate = rates.take(window(1, failed: 1), at: start + .seconds(60 * minute))
            if let rate { told.append(rate.serverErrors) }
        }
        #expect(told == [1_000, 1_000])
    }

    @Test func noRequestsAreNoErrors() {
        var rates = RateWindow(from: start)
        #expect(rates.take(window(0), at: start + .seconds(10)) == nil)
        #expect(rates.take(window(0), at: start + .seconds(300))?.serverErrors == 0)
    }
}
