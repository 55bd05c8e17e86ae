import Testing
import Time

@testable import Monitoring

/// What alert rules hear of requests.
@Suite struct RecentRequestsTests {
    private func record(_ duration: Duration, isLasting: Bool = false, status: Int = 200) -> RequestRecord {
        RequestRecord(
            method: "GET",
            route: "/notifications/poll",
            actor: "ada",
            status: status,
            startedAt: .epoch,
            duration: duration,
            requestBytes: 0,
            responseBytes: 0,
            traceID: "4bf92f3577b34da6a3ce929d0e0e4736",
            isLasting: isLasting
        )
    }

    @Test func whatLastsByItsNatureIsNotSlowAndFailsLikeAnyOther() {
        let recent = RecentRequests()
        recent.note([
            record(.seconds(2)), record(.milliseconds(2)), record(.seconds(25), isLasting: true),
            record(.seconds(25), isLasting: true, status: 503),
        ])
        var expected = RecentRequests.Window()
        expected.requests = 4
        expected.serverErrors = 1
        expected.lasting = 2
        expected.slow = 1
        #expect(recent.take() == expected)
        #expect(recent.take() == RecentRequests.Window())
    }
}
