import OpenSSL
import Testing

@Suite struct RandomTests {
    @Test(arguments: [0, 1, 16, 5000])
    func asManyBytesComeAsWereAskedFor(count: Int) throws {
        #expect(try SecureRandom.bytes(count).count == count)
    }
}
