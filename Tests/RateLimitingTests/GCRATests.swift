import Testing

@testable import RateLimiting

/// The rate, against the definition: a request is admitted if and only if no stretch of time that ends with it would
/// hold more than a burst and what the rate gives for its length.
@Suite struct GCRATests {
    /// Admits by that definition, remembering everything.
    private struct Remembering {
        let rate: GCRA
        var admitted: [Int64] = []

        mutating func take(at now: Int64) -> Bool {
            for (place, time) in admitted.enumerated() {
                let count = Int64(admitted.count - place + 1)
                guard (count - rate.burst) * rate.interval <= now - time else { return false }
            }
            admitted.append(now)
            return true
        }
    }

    /// A cell, as stores keep it.
    private struct Cell {
        let rate: GCRA
        var tat: Int64 = 0

        mutating func take(at now: Int64) -> (isAdmitted: Bool, GCRA.Allowance) {
            var lead = rate.lead(of: tat, at: now)
            let isAdmitted = rate.admits(lead: lead)
            if isAdmitted {
                lead += rate.interval
                tat = now + lead
            }
            return (isAdmitted, rate.allowance(lead: lead))
        }
    }

    @Test(arguments: 0..<40)
    func itAdmitsExactlyWhatTheDefinitionDoes(seed: Int) {
        var random = SeededRandom(seed)
        let rate = GCRA(interval: .random(in: 1...5_000, using: &random), burst: .random(in: 1...12, using: &random))
        var cell = Cell(rate: rate)
        var plain = Remembering(rate: rate)
        var now: Int64 = 1_000_000
        for _ in 0..<600 {
            now +=
                random.next() % 4 == 0
                ? .random(in: 0...(rate.interval * 3), using: &random)
                : .random(in: 0...(rate.interval / 2), using: &random)
            #expect(cell.take(at: now).isAdmitted == plain.take(at: now))
        }
        #expect(plain.admitted.count > Int(rate.burst))
    }

    @Test(arguments: 0..<40)
    func refusedJustBeforeAndAdmittedAtTheTimeThatIsTold(seed: Int) {
        var random = SeededRandom(seed)
        let rate = GCRA(interval: .random(in: 2...9_000, using: &random), burst: .random(in: 1...9, using: &random))
        var cell = Cell(rate: rate)
        var now: Int64 = 77
        for _ in 0..<200 {
            now += .random(in: 0...(rate.interval / 3), using: &random)
            let (isAdmitted, allowance) = cell.take(at: now)
            guard !isAdmitted else { continue }
            #expect(allowance.remaining == 0)
            #expect(allowance.untilAdmitted > 0)
            var early = cell
            #expect(!early.take(at: now + allowance.untilAdmitted - 1).isAdmitted)
            #expect(cell.take(at: now + allowance.untilAdmitted).isAdmitted)
            now += allowance.untilAdmitted
        }
    }

    @Test(arguments: 0..<40)
    func whatRemainsCanBeHadAtOnceAndNoMore(seed: Int) {
        var random = SeededRandom(seed)
        let rate = GCRA(interval: .random(in: 2...9_000, using: &random), burst: .random(in: 1...30, using: &random))
        var cell = Cell(rate: rate)
        var now: Int64 = 5
        for _ in 0..<100 {
            now += .random(in: 0...(rate.interval * 2), using: &random)
            let (_, allowance) = cell.take(at: now)
            var trial = cell
            for _ in 0..<allowance.remaining { #expect(trial.take(at: now).isAdmitted) }
            #expect(!trial.take(at: now).isAdmitted)
            // One more just when it is told.
            if allowance.remaining < rate.burst {
                var before = cell
                var after = cell
                for _ in 0..<allowance.remaining {
                    #expect(before.take(at: now + allowance.untilMore - 1).isAdmitted)
                    #expect(after.take(at: now + allowance.untilMore).isAdmitted)
                }
                #expect(!before.take(at: now + allowance.untilMore - 1).isAdmitted)
                #expect(after.take(at: now + allowance.untilMore).isAdmitted)
            }
        }
    }

    @Test func aRateThatDoesNotDivideIsNeverExceeded() {
        let rate = GCRA(quota: 7, windowSeconds: 60, burst: 1)
        #expect(rate.interval * 7 >= 60_000_000)
        #expect(rate.interval * 7 < 60_000_010)
    }

    @Test func sharesOfAQuotaAddUpToNoMore() {
        for parts in Int64(1)...40 {
            let whole = GCRA(quota: 6_000, windowSeconds: 60, burst: 100)
            let part = whole.divided(by: parts)
            #expect(part.interval == whole.interval * parts)
            #expect(part.burst == max(1, 100 / parts))
        }
    }

    @Test func theLargestNumbersDoNotOverflow() {
        let rate = GCRA(interval: .max, burst: .max)
        #expect(rate.depth > 0)
        #expect(rate.lead(of: 1 << 52, at: 0) == rate.depth)
        #expect(rate.divided(by: .max).depth > 0)
        #expect(GCRA(quota: 1, windowSeconds: 86_400, burst: 1).divided(by: 1_000).interval == 86_400_000_000_000)
        #expect(GCRA(quota: .max / 2_000_000, windowSeconds: 86_400, burst: .max).allowance(lead: 0).remaining > 0)
    }

    /// A clock that went back leaves times far ahead: they cost one full burst, not hours.
    @Test func aClockThatWentBackCostsABurstAtMost() {
        let rate = GCRA(interval: 1_000, burst: 5)
        let cells = LocalCells()
        let key = CellKey(RateLimitPolicy("p", by: .actor, quota: 1, windowSeconds: 1, burst: 1), .read, actor: "ada")
        for _ in 0..<5 { #expect(cells.decide(key, rate, .take, at: 3_600_000_000).isAdmitted) }
        #expect(!cells.decide(key, rate, .take, at: 0).isAdmitted)
        #expect(!cells.decide(key, rate, .take, at: 999).isAdmitted)
        #expect(cells.decide(key, rate, .take, at: 1_000).isAdmitted)
    }
}
