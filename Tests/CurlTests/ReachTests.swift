import Addresses
import Testing

@testable import Curl

/// Which addresses are public, and where a client's connections go.
struct ReachTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
        "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
        "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.2.3",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:10.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::10.1.2.3", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "100::1",
        "2001::1", "2001:0:1:2::3", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1",
        "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    ])
    func whatIsNotPublicIsKnown(text: String) throws {
        #expect(try !#require(IPAddress(text)).isPublic)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "128.0.0.1", "172.15.0.1",
        "172.32.0.1", "192.0.1.1", "192.167.255.255", "198.17.0.1", "198.20.0.1", "223.255.255.255",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700::1111",
        "2a00:1450::1",
    ])
    func whatIsPublicIsKnown(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test func aNetworkThatIsAllowedIsReachedInClearOrNotAndThePublicEncryptedAlone() throws {
        let reach = CurlReach.publicAddresses(orIn: [try #require(IPNetwork("10.1.0.0/16"))])
        let (inside, outside) = (try #require(IPAddress("10.1.2.3")), try #require(IPAddress("10.2.0.1")))
        let open = try #require(IPAddress("8.8.8.8"))
        #expect(reach.allows(inside, isEncrypted: true) && reach.allows(inside, isEncrypted: false))
        #expect(!reach.allows(outside, isEncrypted: true) && !reach.allows(outside, isEncrypted: false))
        #expect(reach.allows(open, isEncrypted: true) && !reach.allows(open, isEncrypted: false))
    }
}
