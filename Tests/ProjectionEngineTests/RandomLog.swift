/// Random events over few things, so that they meet: granted, revoked and granted again, roles deleted while held,
/// restores and restores of restores, erasures.
struct RandomLog {
    private var generator: SplitMix
    private var size: Int64 = 0

    init(seed: UInt64) { generator = SplitMix(state: seed) }

    mutating func events(_ count: Int) -> [LoggedEvent] {
        (0..<count).map { _ in
            defer { size += 1 }
            return next()
        }
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    private mutating func next() -> LoggedEvent {
        let user = "user-\(number(0..<4))"
        let role = "role-\(number(0..<4))"
        let permission = "permission-\(number(0..<4))"
        let token = "token-\(number(0..<6))"
        let other = "role-\(number(0..<4))"
        let roleAndOther = #""roleId":"\#(role)","branchId":"b","parentRoleId":"\#(other)""#
        let denial = #""roleId":"\#(role)","permissionId":"\#(permission)""#
        let implication = #""permissionId":"\#(permission)","impliedPermissionId":"permission-\#(number(0..<4))""#
        let held = #""userId":"\#(user)","roleId":"\#(role)","branchId":"b""#
        let session = #""sessionId":"session-\#(number(0..<3))","userId":"\#(user)""#
        switch number(0..<130) {
        case 100..<104: return .rbac("inheritance-added", roleAndOther)
        case 104..<106: return .rbac("inheritance-removed", roleAndOther)
        case 106..<109: return .rbac("permission-denied", denial)
        case 109..<111: return .rbac("denial-lifted", denial)
        case 111..<113: return .rbac("implication-added", implication)
        case 113..<114: return .rbac("implication-removed", implication)
        case 114..<116:
            return .rbac(
                "separation-set",
                #""separationId":"s","kind":"static","name":"n\#(size)","roleIds":["role-1","role-2"],"cardinality":2"#
            )
        case 116..<117: return .rbac("separation-deleted", #""separationId":"s""#)
        case 117..<119:
            return .rbac(
                "role-requirements-set",
                #""roleId":"\#(role)","branchId":"b","prerequisiteRoleIds":["\#(other)"]"#
            )
        case 119..<121:
            return .rbac(
                "template-adopted",
                #""roleId":"\#(role)","branchId":"b","templateRoleId":"\#(other)","permissionIds":["\#(permission)"]"#
            )
        case 121..<124: return .rbac("role-renewed", held + #","expiresAt":"2028-01-01T00:00:00Z""#)
        case 124..<126: return .rbac("role-expired", held + #","expiresAt":"2027-01-01T00:00:00Z""#)
        case 126..<127:
            return .rbac("session-opened", session + #","roleIds":["\#(role)"],"expiresAt":"2027-01-01T00:00:00Z""#)
        case 127..<128:
            let type = number(0..<2) == 0 ? "session-role-activated" : "session-role-dropped"
            return .rbac(type, session + #","roleId":"\#(role)""#)
        case 128..<129: return .rbac("session-closed", session + #","reason":"closed""#)
        case 129..<130: return .decisions(about: user, number(1..<3))
        case 0..<6: return .permission(permission)
        case 6..<10: return .describe(permission, "text \(size)")
        case 10..<20: return .role(role, [permission, "permission-\(number(0..<4))"])
        case 20..<24: return .change(role, #""name":"name \#(size)""#)
        case 24..<27: return .change(role, #""description":"text \#(size)""#)
        case 27..<29: return .change(role, #""parentRoleId":"\#(other)""#)
        case 29..<31: return .change(role, #""clearsParent":true"#)
        case 31..<35: return .delete(role)
        case 35..<45: return .grant(role, permission)
        case 45..<50: return .revoke(role, permission)
        case 50..<65: return .assign(user, role, expires: number(0..<3) == 0 ? "2027-01-01T00:00:00Z" : nil)
        case 65..<72: return .remove(user, role)
        case 72..<75: return .restore(to: Int64(number(0..<(Int(size) + 1))))
        case 75..<80: return .register(user)
        case 80..<82: return .entry("entry \(size)")
        case 82..<83:
            return number(0..<2) == 0 ? .raiseAlert("alert-\(number(0..<3))") : .resolveAlert("alert-\(number(0..<3))")
        case 83..<84:
            let below = number(0..<(Int(size) + 1))
            return .release(from: number(0..<(below + 1)), below: below)
        case 84..<85: return .requests(number(1..<4))
        case 85..<86: return .token(token, user)
        case 86..<88: return .revokeToken(token, user)
        case 88..<96: return .access(user)
        default: return .erase(user)
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
