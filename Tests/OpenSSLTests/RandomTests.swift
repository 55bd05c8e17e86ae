import OpenSSL
import Testing

@Suite struct RandomTests {
    @Test(arguments: [0, 1, 16, 5000])
    func asManyBytesComeAsWereAskedFor(count: Int) throws {
        #expect(try SecureRandom.bytes(count).count == count)
        var reserve = RandomReserve()
        #expect(try reserve.bytes(count).count == count)
    }

    @Test func aReserveHandsNothingOutTwice() throws {
        var reserve = RandomReserve()
        var seen: Set<[UInt8]> = []
        for _ in 0..<10_000 {
            #expect(seen.insert(try reserve.bytes(16)).inserted)
        }
    }
}
