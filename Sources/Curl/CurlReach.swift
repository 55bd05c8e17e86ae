package import Addresses

/// Where the connections of a client may go.
///
/// It is asked for every connection with the very address that the connection goes to, after the name was resolved: a
/// name that changes its address between two questions, or an address in an unusual spelling, gains nothing.
package struct CurlReach: Sendable {
    private let judge: @Sendable (_ address: IPAddress, _ isEncrypted: Bool) -> Bool

    /// Anywhere: for destinations that the operator alone names.
    package static let anywhere = CurlReach { _, _ in true }

    /// Public addresses, encrypted; and any of the networks that are allowed, encrypted or not.
    package static func publicAddresses(orIn allowed: [IPNetwork]) -> CurlReach {
        CurlReach { address, isEncrypted in
            allowed.contains { $0.contains(address) } || isEncrypted && address.isPublic
        }
    }

    /// Whether a connection may go to an address.
    package func allows(_ address: IPAddress, isEncrypted: Bool) -> Bool { judge(address, isEncrypted) }
}
