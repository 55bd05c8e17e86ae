import EventStore
import Synchronization
import Testing

@testable import Monitoring

/// One that the log refuses for good, among others.
@Suite struct HalvingTests {
    private static let refusal = AppendError(.refused, "No.")

    /// What was recorded of the numbers below a count by a log that refuses some, and in how many attempts.
    private func record(
        _ count: Int,
        refusing refused: Set<Int>,
        failingAfter limit: Int = .max
    ) async -> (outcome: Halving.Outcome, recorded: [Int], attempts: Int) {
        let log = Mutex<(recorded: [Int], attempts: Int)>(([], 0))
        let outcome = await Halving.record(Array(0..<count)) { part in
            log.withLock { log -> SystemAppend in
                log.attempts += 1
                if log.attempts > limit { return .failed }
                if part.contains(where: { refused.contains($0) }) { return .refused(Self.refusal) }
                log.recorded += part
                return .recorded
            }
        }
        let (recorded, attempts) = log.withLock { ($0.recorded, $0.attempts) }
        return (outcome, recorded, attempts)
    }

    @Test func whatIsTakenGoesInOneAttempt() async {
        let all = await record(256, refusing: [])
        #expect(all.attempts == 1)
        #expect(all.outcome == Halving.Outcome(recorded: 256))
        let none = await record(0, refusing: [])
        #expect(none.attempts == 0)
    }

    @Test(arguments: [[0], [17], [255], [128], [3, 4, 200], Array(0..<256)])
    func onlyWhatIsRefusedIsGivenUpAndTheOrderStays(refused: [Int]) async {
        let outcome = await record(256, refusing: Set(refused))
        #expect(outcome.recorded == (0..<256).filter { !refused.contains($0) })
        #expect(outcome.outcome == Halving.Outcome(recorded: 256 - refused.count, refused: refused.count))
        #expect(outcome.attempts <= 24 * refused.count, "\(outcome.attempts)")
    }

    @Test(arguments: 0..<16)
    func whatIsDoneWithIsToldWhenTheLogFailsInBetween(attempts: Int) async {
        let outcome = await record(256, refusing: [17], failingAfter: attempts)
        #expect(!outcome.outcome.isDone)
        #expect(outcome.recorded == (0..<outcome.outcome.settled).filter { $0 != 17 })
        #expect(outcome.recorded.count == outcome.outcome.recorded)
    }
}
