import Testing

@testable import Monitoring

/// When alerts are raised and when they are over.
@Suite struct AlertStateTests {
    private let rule = AlertRule(
        name: .errorRate,
        warning: 50,
        critical: 200,
        over: 20,
        looksToRaise: 2,
        looksToResolve: 3
    )

    private func changes(_ values: [Int64?]) -> [AlertState.Change?] {
        var state = AlertState()
        return values.map { state.look($0, by: rule) }
    }

    @Test func oneBadLookIsNoAlert() {
        #expect(changes([300, 0, 300, 0]) == [nil, nil, nil, nil])
    }

    @Test func aValueThatPlaysAroundTheBoundMakesOneAlert() {
        #expect(
            changes([60, 60, 40, 60, 40, 60, 40, 60])
                == [nil, .raise(.warning), nil, nil, nil, nil, nil, nil]
        )
    }

    @Test func itIsOverOnceItWasUnderTheLowerBoundForLongEnough() {
        #expect(
            changes([60, 60, 10, 10, 30, 10, 10, 10])
                == [nil, .raise(.warning), nil, nil, nil, nil, nil, .resolve]
        )
    }

    @Test func aWarningBecomesCriticalAndNotTheOtherWayRound() {
        #expect(
            changes([60, 60, 250, 250, 60, 60]) == [nil, .raise(.warning), nil, .worsen(.critical), nil, nil]
        )
    }

    @Test func whatCannotBeMeasuredChangesNothing() {
        #expect(changes([60, nil, 60, nil, nil, nil]) == [nil, nil, .raise(.warning), nil, nil, nil])
    }

    @Test func aRuleWithoutAWarningIsCriticalAtOnce() {
        let rule = AlertRule(
            name: .verification,
            warning: nil,
            critical: 1,
            over: 1,
            looksToRaise: 1,
            looksToResolve: 1
        )
        var state = AlertState()
        #expect(state.look(1, by: rule) == .raise(.critical))
        #expect(state.look(0, by: rule) == .resolve)
    }
}
