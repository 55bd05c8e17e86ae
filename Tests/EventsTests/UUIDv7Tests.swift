import Foundation
import Testing
import Time

@testable import Events

@Suite struct UUIDv7Tests {
    @Test func theVersionVariantAndTimeAreWhereTheStandardPutsThem() throws {
        let before = Timestamp.now()
        let id = UUIDv7.generate()
        #expect(id.uuid.6 >> 4 == 7)
        #expect(id.uuid.8 >> 6 == 2)
        let made = try #require(UUIDv7.timestamp(of: id))
        #expect(made >= before.advanced(by: .milliseconds(-1)))
        #expect(made <= Timestamp.now().advanced(by: .milliseconds(100)))
        #expect(UUIDv7.timestamp(of: UUID()) == nil)
    }

    @Test func eachIsGreaterThanTheOneBefore() {
        let ids = (0..<100_000).map { _ in UUIDv7.generate().uuidString }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func theyGrowEvenWhenTheClockGoesBack() {
        var sequence = UUIDv7Sequence()
        let first = sequence.next(at: .now())
        let second = sequence.next(at: .epoch)
        #expect(first.uuidString < second.uuidString)
    }

    @Test func moreThanFitInAMillisecondRunAheadOfTheClock() throws {
        var sequence = UUIDv7Sequence()
        let ids = (0..<10_000).map { _ in sequence.next(at: Timestamp(microseconds: 1_000_000)).uuidString }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        let last = try #require(ids.last.flatMap(UUID.init(uuidString:)))
        let ahead = try #require(UUIDv7.timestamp(of: last))
        #expect(ahead > Timestamp(microseconds: 1_000_000))
        #expect(ahead <= Timestamp(microseconds: 1_003_000))
    }

    @Test func tasksAtOnceGetDifferentOnes() async {
        let ids = await withTaskGroup(of: [UUID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<5_000).map { _ in UUIDv7.generate() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 40_000)
    }
}
