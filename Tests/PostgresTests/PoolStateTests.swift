import Testing

@testable import Postgres

struct PoolStateTests {
    @Test func opensUpToTheMaximumThenLetsWaitThenRefuses() {
        var pool = PoolState<Int>(maximum: 2, maximumWaiters: 1)
        guard case .open = pool.lease(), case .open = pool.lease(), case .wait = pool.lease() else {
            Issue.record("two to open and one to wait were expected")
            return
        }
        guard case .refuse(let error) = pool.lease() else {
            Issue.record("the fourth should be refused")
            return
        }
        #expect(error.code == .poolExhausted)
    }

    @Test func whoWaitsLongestIsServedFirst() {
        var pool = PoolState<Int>(maximum: 1, maximumWaiters: 10)
        _ = pool.lease()
        guard case .wait(let first) = pool.lease(), case .wait(let second) = pool.lease() else { return }
        guard case .lend(7, to: first) = pool.giveBack(7), case .lend(7, to: second) = pool.giveBack(7),
            case .keep = pool.giveBack(7)
        else {
            Issue.record("not served in order")
            return
        }
        #expect(pool.lent == 0)
        #expect(pool.idleCount == 1)
    }

    @Test func aDroppedConnectionLetsTheNextWaiterOpenOne() {
        var pool = PoolState<Int>(maximum: 1, maximumWaiters: 10)
        _ = pool.lease()
        guard case .wait(let waiter) = pool.lease(), case .letOpen(waiter) = pool.dropped() else {
            Issue.record("the place was not passed on")
            return
        }
        #expect(pool.lent == 1)
        guard case .keep = pool.dropped() else { return }
        #expect(pool.lent == 0)
    }

    @Test func aWaiterThatGaveUpIsPassedOver() {
        var pool = PoolState<Int>(maximum: 1, maximumWaiters: 10)
        _ = pool.lease()
        guard case .wait(let first) = pool.lease(), case .wait(let second) = pool.lease() else { return }
        let answers = [pool.withdraw(first), pool.withdraw(first)]
        #expect(answers == [true, false])
        guard case .lend(1, to: second) = pool.giveBack(1) else {
            Issue.record("the wrong waiter was served")
            return
        }
    }

    @Test func theConnectionUsedLastIsLentFirstAndTheOldestAreTrimmed() {
        var pool = PoolState<Int>(maximum: 3, maximumWaiters: 0)
        for _ in 0..<3 { _ = pool.lease() }
        for connection in 1...3 { _ = pool.giveBack(connection) }
        guard case .take(3) = pool.lease() else {
            Issue.record("not last in, first out")
            return
        }
        #expect(pool.trim(to: 1) == [1])
    }

    @Test func closingHandsOutWhatIsIdleAndEndsWhatComesBack() {
        var pool = PoolState<Int>(maximum: 2, maximumWaiters: 2)
        _ = pool.lease()
        _ = pool.lease()
        _ = pool.giveBack(1)
        #expect(pool.close().idle == [1])
        guard case .close(2) = pool.giveBack(2), case .refuse(let error) = pool.lease() else {
            Issue.record("a closed pool goes on")
            return
        }
        #expect(error.code == .closed)
        #expect(pool.lent == 0)
    }

    /// Whatever happens, no more are out than allowed, and nobody waits while a place is free.
    @Test(arguments: 0..<100) func neverMoreThanTheMaximum(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var pool = PoolState<Int>(maximum: 3, maximumWaiters: 4)
        var holders = 0
        var waiters: [UInt64] = []
        func served(_ handover: PoolState<Int>.Handover) {
            switch handover {
            case .lend(_, to: let waiter), .letOpen(let waiter):
                #expect(waiters.first == waiter)
                waiters.removeFirst()
            case .keep: holders -= 1
            case .close: Issue.record("not closed")
            }
        }
        for _ in 0..<400 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                switch pool.lease() {
                case .take, .open: holders += 1
                case .wait(let waiter): waiters.append(waiter)
                case .refuse: #expect(waiters.count == 4)
                }
            case 2 where holders > 0: served(pool.giveBack(0))
            case 3 where holders > 0: served(pool.dropped())
            default:
                if let waiter = waiters.randomElement(using: &random) {
                    let isWithdrawn = pool.withdraw(waiter)
                    #expect(isWithdrawn)
                    waiters.removeAll { $0 == waiter }
                }
            }
            #expect(holders <= 3)
            #expect(pool.lent == holders)
            #expect(waiters.isEmpty || holders == 3)
        }
    }

    @Test func backoffDoublesUpToItsLimitAndIsSpread() {
        var random = SeededRandom(seed: 1)
        var backoff = Backoff(first: .milliseconds(100), limit: .milliseconds(800))
        for step in [100, 200, 400, 800, 800, 800] {
            let pause = backoff.pause(using: &random)
            #expect(pause >= .milliseconds(step) / 2)
            #expect(pause <= .milliseconds(step))
        }
    }
}
