import Addresses
import HTTPTypes
import Testing

@testable import HTTPAPI

/// Where a request comes from: nobody can say of themselves that they are somebody else.
@Suite struct OriginTests {
    private let proxies = TrustedProxies(["10.0.0.0/8", "2001:db8:1::/48"].compactMap { IPNetwork($0) })

    private func origin(_ peer: String, _ fields: [(String, String)], _ proxies: TrustedProxies? = nil) -> String? {
        var headers: HTTPFields = [:]
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        return (proxies ?? self.proxies).client(of: headers, peer: IPAddress(peer))?.description
    }

    @Test func whoIsNoProxyIsNotBelieved() {
        let spoofed = [("X-Forwarded-For", "198.51.100.7"), ("Forwarded", "for=198.51.100.7")]
        #expect(origin("203.0.113.9", spoofed) == "203.0.113.9")
        #expect(origin("10.0.0.1", spoofed, TrustedProxies()) == "10.0.0.1")
        #expect(origin("11.0.0.1", spoofed) == "11.0.0.1")
    }

    @Test func theRightMostAddressThatIsNoProxyCounts() {
        #expect(origin("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, 198.51.100.7")]) == "198.51.100.7")
        #expect(origin("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, 198.51.100.7, 10.2.3.4")]) == "198.51.100.7")
        #expect(
            origin("10.0.0.1", [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "198.51.100.7")]) == "198.51.100.7"
        )
        #expect(origin("10.0.0.1", [("Forwarded", "for=1.1.1.1, for=198.51.100.7;proto=https")]) == "198.51.100.7")
        #expect(origin("10.0.0.1", [("Forwarded", #"proto=https;For="[2001:db8:2::7]:4711""#)]) == "2001:db8:2::7")
        #expect(origin("2001:db8:1::5", [("X-Forwarded-For", "2001:DB8:2::7")]) == "2001:db8:2::7")
        #expect(origin("10.0.0.1", [("X-Forwarded-For", "198.51.100.7:4711")]) == "198.51.100.7")
        #expect(origin("::ffff:10.0.0.1", [("X-Forwarded-For", "198.51.100.7")]) == "198.51.100.7")
    }

    @Test func whatIsNoAddressEndsTheWay() {
        #expect(origin("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, unknown")]) == "10.0.0.1")
        #expect(origin("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, , 10.2.3.4")]) == "10.2.3.4")
        #expect(origin("10.0.0.1", [("Forwarded", "for=1.1.1.1, for=_hidden")]) == "10.0.0.1")
        #expect(origin("10.0.0.1", [("Forwarded", "by=1.1.1.1")]) == "10.0.0.1")
        #expect(origin("10.0.0.1", [("X-Forwarded-For", "")]) == "10.0.0.1")
        #expect(origin("10.0.0.1", [("X-Forwarded-For", "10.3.3.3, 10.2.2.2")]) == "10.3.3.3")
    }

    /// A proxy passes on the field that it does not write as the client sent it.
    @Test func theFieldThatTheProxyDoesNotWriteIsNoWayRound() {
        let both = [("X-Forwarded-For", "198.51.100.7"), ("Forwarded", "for=1.1.1.1")]
        #expect(origin("10.0.0.1", both) == "10.0.0.1")
        let agreed = [("X-Forwarded-For", "198.51.100.7"), ("Forwarded", "for=198.51.100.7")]
        #expect(origin("10.0.0.1", agreed) == "198.51.100.7")
    }

    @Test(arguments: ["10.0.0.0/8", "::/0", "0.0.0.0/0", "fd00::/8", "192.0.2.1", "2001:db8::1/128"])
    func whatIsANetworkIsRead(text: String) { #expect(IPNetwork(text) != nil) }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.1/8", "fd00::1/8", "::/129", "a", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
        "10.0.0/8",
        "010.0.0.0/8", "fe80::1%eth0", "10.0.0.0/+8",
    ])
    func whatIsNoneIsRefused(text: String) { #expect(IPNetwork(text) == nil) }

    @Test func networksHoldWhatTheySay() throws {
        let network = try #require(IPNetwork("192.0.2.128/25"))
        #expect(network.contains(try #require(IPAddress("192.0.2.128"))))
        #expect(network.contains(try #require(IPAddress("192.0.2.255"))))
        #expect(!network.contains(try #require(IPAddress("192.0.2.127"))))
        #expect(!network.contains(try #require(IPAddress("::192.0.2.128"))))
        let all = try #require(IPNetwork("0.0.0.0/0"))
        #expect(all.contains(try #require(IPAddress("8.8.8.8"))))
        #expect(!all.contains(try #require(IPAddress("2001:db8::1"))))
        let six = try #require(IPNetwork("2001:db8:8000::/33"))
        #expect(six.contains(try #require(IPAddress("2001:db8:ffff::1"))))
        #expect(!six.contains(try #require(IPAddress("2001:db8:7fff::1"))))
    }

    @Test(arguments: ["1.2.3.4", "255.255.255.255", "0.0.0.0", "::", "::1", "2001:db8::1", "fe80::1:0:0:1"])
    func addressesAreWrittenAsTheyAreRead(text: String) throws {
        #expect(try #require(IPAddress(text)).description == text)
    }
}
