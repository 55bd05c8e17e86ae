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
        switch number(0..<100) {
        case 0..<6: return .permission(permission)
        case 6..<10: return .describe(permission, "text \(size)")
        case 10..<20: return .role(role, [permission, "permission-\(number(0..<4))"])
        case 20..<24: return .change(role, #""name":"name \#(size)""#)
        case 24..<27: return .change(role, #""description":"text \#(size)""#)
        case 27..<29: return .change(role, #""parentRoleId":"role-9""#)
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
        case 83..<84: return .release(below: number(0..<(Int(size) + 1)))
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
