import Addresses
import Testing

@testable import HTTPAPI

/// How many codes are exchanged at a time.
struct CodeExchangesTests {
    @Test func nobodyTakesThePlacesOfOtherAddresses() throws {
        var exchanges = CodeExchanges()
        let one = try #require(IPAddress("2001:db8::1"))
        let neighbour = try #require(IPAddress("2001:db8::2"))
        let other = try #require(IPAddress("192.0.2.1"))
        for _ in 0..<CodeExchanges.mostOfOne {
            let isIn = exchanges.begin(from: one)
            #expect(isIn)
        }
        // The same subnet, whose addresses anybody in it may take.
        var isIn = exchanges.begin(from: neighbour)
        #expect(!isIn)
        isIn = exchanges.begin(from: other)
        #expect(isIn)
        exchanges.end(from: one)
        isIn = exchanges.begin(from: neighbour)
        #expect(isIn)
    }

    @Test func thereAreNoMoreThanThirtyTwoInAll() {
        var exchanges = CodeExchanges()
        let addresses = (0..<33).map { IPAddress("192.0.2.\($0)") }
        let admitted = addresses.map { exchanges.begin(from: $0) }
        #expect(admitted.count { $0 } == 32)
        for (address, isIn) in zip(addresses, admitted) where isIn { exchanges.end(from: address) }
        let again = addresses.map { exchanges.begin(from: $0) }
        #expect(again.count { $0 } == 32)
    }
}
