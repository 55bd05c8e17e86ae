import Addresses
import Frequencies
import Testing

@testable import RateLimiting

/// The table of cells of one replica: never larger than it may be, and never open because it is full.
@Suite struct LocalCellsTests {
    private let policy = RateLimitPolicy("p", by: .address, quota: 60, windowSeconds: 3_600, burst: 3)

    private func key(_ index: UInt64, subnet: UInt64 = 0) -> CellKey {
        CellKey(policy, .read, address: IPAddress(high: 0x2001_0DB8_0000_0000 + index, low: subnet))
    }

    @Test func aMillionAddressesTakeNoMoreRoomThanThereIs() {
        let cells = LocalCells(capacity: 4_096)
        let rate = policy.rate
        var admitted: Int64 = 0
        for index in 0..<UInt64(1_000_000) {
            if cells.decide(key(index), rate, .take, at: 1_000 + Int64(index)).isAdmitted { admitted += 1 }
        }
        #expect(cells.count <= 4_096)
        // Those who found room have a cell each; all others together get what one may have.
        #expect(admitted <= 4_096 + rate.burst + 1_000_000 / rate.interval + 1)
        #expect(cells.overflowCount >= 1_000_000 - 4_096)
    }

    @Test func whoHasACellIsNotDisturbedByWhoHasNone() {
        let cells = LocalCells(capacity: 64)
        let rate = policy.rate
        #expect(cells.decide(key(0), rate, .take, at: 0).isAdmitted)
        for index in 1..<UInt64(10_000) { _ = cells.decide(key(index), rate, .take, at: 1) }
        #expect(cells.decide(key(0), rate, .take, at: 2).isAdmitted)
        #expect(cells.decide(key(0), rate, .take, at: 2).isAdmitted)
        #expect(!cells.decide(key(0), rate, .take, at: 2).isAdmitted)
        // A look does not get round the shared cell either.
        #expect(!cells.decide(key(20_000), rate, .look, at: 3).isAdmitted)
    }

    @Test func whatCountsNoMoreMakesRoom() {
        let cells = LocalCells(capacity: 2_560)
        let rate = policy.rate
        for index in 0..<UInt64(10_000) { _ = cells.decide(key(index), rate, .take, at: 0) }
        let shared = cells.overflowCount
        // An hour later every cell is as good as new.
        let later: Int64 = 3_600_000_000
        for index in 20_000..<UInt64(20_100) {
            #expect(cells.decide(key(index), rate, .take, at: later).isAdmitted)
        }
        #expect(cells.count <= 2_560)
        #expect(cells.overflowCount == shared)
    }

    @Test func addressesOfOneSubnetAreOne() {
        let cells = LocalCells()
        let rate = policy.rate
        for subnet in UInt64(0)..<3 { #expect(cells.decide(key(7, subnet: subnet), rate, .take, at: 0).isAdmitted) }
        #expect(!cells.decide(key(7, subnet: 99), rate, .take, at: 0).isAdmitted)
        #expect(cells.decide(key(8, subnet: 99), rate, .take, at: 0).isAdmitted)
    }

    @Test func whatIsGivenBackIsThereAgain() {
        let cells = LocalCells()
        let rate = policy.rate
        for _ in 0..<3 { _ = cells.decide(key(1), rate, .take, at: 0) }
        #expect(!cells.decide(key(1), rate, .take, at: 0).isAdmitted)
        cells.giveBack(key(1), rate, at: 0)
        #expect(cells.decide(key(1), rate, .take, at: 0).isAdmitted)
        #expect(!cells.decide(key(1), rate, .take, at: 0).isAdmitted)
    }

    /// Space-Saving beside its plain form: whatever comes, all that was noted is in the counts, none is below what came, and
    /// none is above it by more than its error.
    @Test func countsOfTheMostFrequentAreOfWhatCame() {
        var hitters = HeavyHitters<Int>(capacity: 8)
        var random = SeededRandom(5)
        var came: [Int: Int64] = [:]
        for round in 1...5_000 {
            let element = min(Int.random(in: 0..<30, using: &random), Int.random(in: 0..<30, using: &random))
            hitters.note(element)
            came[element, default: 0] += 1
            guard round % 50 == 0 else { continue }
            let top = hitters.top(100)
            #expect(top.count <= 8 && Set(top.map(\.element)).count == top.count)
            #expect(top.reduce(0) { $0 + $1.count } == Int64(round))
            #expect(zip(top, top.dropFirst()).allSatisfy { $0.count >= $1.count })
            for entry in top {
                let exact = came[entry.element] ?? 0
                #expect(entry.count >= exact && entry.count - entry.error <= exact)
            }
        }
    }

    @Test func theMostFrequentAreFoundAmongAllOthers() {
        var hitters = HeavyHitters<Int>(capacity: 32)
        var random = SeededRandom(3)
        for round in 0..<20_000 {
            hitters.note(round % 10 == 0 ? -1 : round % 15 == 1 ? -2 : Int.random(in: 0..<1_000_000, using: &random))
        }
        let top = hitters.top(2)
        #expect(top.map(\.element) == [-1, -2])
        #expect(top.allSatisfy { $0.count - $0.error <= 2_000 })
        #expect(top[0].count >= 2_000)
    }
}
