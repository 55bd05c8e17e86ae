import Testing

@testable import Postgres

struct CommandQueueTests {
    private func turn(_ submission: CommandQueue.Submission) -> CommandQueue.Turn {
        switch submission {
        case .run(let turn), .wait(let turn): turn
        case .refuse: 0
        }
    }

    @Test func commandsRunOneAtATimeInTheOrderInWhichTheyCame() {
        var queue = CommandQueue()
        let turns = (0..<5).map { _ in turn(queue.submit()) }
        var order = [queue.running]
        for _ in 0..<4 { order.append(queue.finish(queue.running ?? 0)) }
        #expect(order == turns)
        #expect(queue.finish(turns[4]) == nil)
        let isIdle = queue.isIdle
        #expect(isIdle)
    }

    @Test func aWaitingCommandIsWithdrawnAndTheOthersKeepTheirPlaces() {
        var queue = CommandQueue()
        let turns = (0..<3).map { _ in turn(queue.submit()) }
        #expect(queue.interrupt(turns[1], .cancelled) == .withdraw)
        #expect(queue.finish(turns[0]) == turns[2])
    }

    @Test func aRunningCommandIsWokenOnceAndKeepsTheFirstReason() {
        var queue = CommandQueue()
        let turn = turn(queue.submit())
        #expect(queue.interrupt(turn, .deadlineExceeded) == .wake)
        #expect(queue.interrupt(turn, .cancelled) == .ignore)
        #expect(queue.interruption == .deadlineExceeded)
    }

    @Test func anInterruptionEndsWithItsCommand() {
        var queue = CommandQueue()
        let first = turn(queue.submit())
        let second = turn(queue.submit())
        _ = queue.interrupt(first, .cancelled)
        #expect(queue.finish(first) == second)
        #expect(queue.interruption == nil)
    }

    @Test func interruptingWhatIsOverDoesNothing() {
        var queue = CommandQueue()
        let first = turn(queue.submit())
        _ = queue.finish(first)
        let second = turn(queue.submit())
        #expect(queue.interrupt(first, .cancelled) == .ignore)
        #expect(queue.running == second)
        #expect(queue.interruption == nil)
    }

    @Test func finishingTwiceDoesNotTakeAnothersTurn() {
        var queue = CommandQueue()
        let first = turn(queue.submit())
        let second = turn(queue.submit())
        _ = queue.finish(first)
        #expect(queue.finish(first) == nil)
        #expect(queue.running == second)
    }

    @Test func closingFailsWhoWaitsAndRefusesWhoComes() {
        var queue = CommandQueue()
        let turns = (0..<3).map { _ in turn(queue.submit()) }
        #expect(queue.close(PostgresError(.connectionLost, "gone")) == [turns[1], turns[2]])
        #expect(queue.running == turns[0])
        guard case .refuse(let error) = queue.submit() else {
            Issue.record("a closed queue took a command")
            return
        }
        #expect(error.code == .connectionLost)
        _ = queue.close(PostgresError(.closed, "later"))
        #expect(queue.closure?.code == .connectionLost, "the first reason stays")
    }

    /// Random events, beside a model that is a plain list.
    @Test(arguments: 0..<200) func anyInterleavingKeepsOrderAndExclusion(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var queue = CommandQueue()
        var model: [CommandQueue.Turn] = []
        for _ in 0..<300 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                model.append(turn(queue.submit()))
            case 1:
                guard let running = model.first else { continue }
                model.removeFirst()
                #expect(queue.finish(running) == model.first)
            default:
                guard let chosen = model.randomElement(using: &random) else { continue }
                let wasInterrupted = queue.interruption != nil
                let answer = queue.interrupt(chosen, .cancelled)
                if chosen == model.first {
                    #expect(answer == (wasInterrupted ? .ignore : .wake))
                } else {
                    #expect(answer == .withdraw)
                    model.removeAll { $0 == chosen }
                }
            }
            #expect(queue.running == model.first)
        }
    }
}
