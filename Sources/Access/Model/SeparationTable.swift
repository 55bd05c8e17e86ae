/// The separations there are, each compiled to a mask for every role: a bit for each of the separation's roles that
/// having this one makes the user authorized for, itself and by inheritance.
struct SeparationTable: Sendable {
    struct Compiled: Sendable {
        var separation: Separation
        /// By the index of the role.
        var masks: [UInt64] = []

        @inline(__always)
        func mask(_ role: Int32) -> UInt64 { Int(role) < masks.count ? masks[Int(role)] : 0 }

        /// Whether these are too many of the roles.
        @inline(__always)
        func isViolated(by mask: UInt64) -> Bool { mask.nonzeroBitCount >= separation.cardinality }
    }

    private(set) var staticOnes: [Compiled] = []
    private(set) var dynamicOnes: [Compiled] = []

    /// All, by id.
    var all: [Separation] { (staticOnes + dynamicOnes).map(\.separation).sorted { $0.id < $1.id } }

    func separation(_ id: String) -> Separation? {
        (staticOnes + dynamicOnes).map(\.separation).first { ExactKey.same($0.id, id) }
    }

    mutating func set(_ separation: Separation, _ roles: RoleTable) {
        remove(separation.id)
        let compiled = Self.compiled(separation, roles)
        switch separation.kind {
        case .static: staticOnes.append(compiled)
        case .dynamic: dynamicOnes.append(compiled)
        }
    }

    mutating func remove(_ id: String) {
        staticOnes.removeAll { ExactKey.same($0.separation.id, id) }
        dynamicOnes.removeAll { ExactKey.same($0.separation.id, id) }
    }

    /// Settles the masks again, when roles came or went or inherit otherwise.
    mutating func recompile(_ roles: RoleTable) {
        staticOnes = staticOnes.map { Self.compiled($0.separation, roles) }
        dynamicOnes = dynamicOnes.map { Self.compiled($0.separation, roles) }
    }

    private static func compiled(_ separation: Separation, _ roles: RoleTable) -> Compiled {
        var compiled = Compiled(separation: separation, masks: Array(repeating: 0, count: roles.entries.count))
        for (bit, id) in separation.roleIDs.prefix(64).enumerated() {
            guard let member = roles.index(id: id) else { continue }
            var waiting = [member]
            while let next = waiting.popLast() {
                guard compiled.masks[Int(next)] & (1 << UInt64(bit)) == 0 else { continue }
                compiled.masks[Int(next)] |= 1 << UInt64(bit)
                waiting.append(contentsOf: roles[next]?.seniors ?? [])
            }
        }
        return compiled
    }
}
