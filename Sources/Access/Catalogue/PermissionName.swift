/// A permission's name, `resource:action`, taken apart.
///
/// The resource is dotted from the wide to the narrow (`students.grades`). Letters, digits, `_` and `-` make up the
/// parts; case matters.
package struct PermissionName: Sendable, Hashable {
    /// What is protected.
    package let resource: String
    /// What may be done to it.
    package let action: String

    /// Takes a name apart; nil when it is not one.
    package init?(_ text: String) {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, halves.count == 2, Self.isPart(halves[1]) else { return nil }
        let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy(Self.isPart) else { return nil }
        resource = String(halves[0])
        action = String(halves[1])
    }

    /// `resource:action`.
    package var text: String { resource + ":" + action }

    private static func isPart(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
