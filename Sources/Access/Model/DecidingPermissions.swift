/// The permissions that decide on a name: one, but for names of which there is no permission.
enum DecidingPermissions {
    /// The permission of that name; nothing is allocated for it.
    case one(Int32)
    /// Those whose names decide on it.
    case several([Int32])

    var isEmpty: Bool {
        switch self {
        case .one: false
        case .several(let all): all.isEmpty
        }
    }

    /// Whether any of them is as asked.
    @inline(__always)
    func contains(where matches: (Int32) -> Bool) -> Bool {
        switch self {
        case .one(let permission): matches(permission)
        case .several(let all): all.contains(where: matches)
        }
    }

    /// All of them.
    var all: [Int32] {
        switch self {
        case .one(let permission): [permission]
        case .several(let all): all
        }
    }
}
