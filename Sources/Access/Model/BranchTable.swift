import Events

/// The branches that roles or assignments name, each with the index that stands for it.
struct BranchTable: Sendable {
    /// The index of the institution as a whole.
    static let institution: Int32 = 0

    private(set) var names = NameTable()

    init() {
        _ = names.intern(RBAC.institutionBranch)
    }

    @inline(__always)
    func index(_ name: String) -> Int32? { names.find(name) }

    func name(_ index: Int32) -> String { names.names[Int(index)] }

    /// All names, the institution's first.
    var all: [String] { names.names }

    mutating func intern(_ name: String) -> Int32 { names.intern(name) }
}
