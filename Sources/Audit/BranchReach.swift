/// Where somebody holds a permission.
package enum BranchReach: Sendable, Hashable {
    /// In the institution as a whole, and so in every branch.
    case everywhere
    /// In these branches alone; in none, if there are none.
    case branches(Set<String>)

    /// Nowhere.
    package static let nowhere = BranchReach.branches([])

    /// Whether it reaches what belongs to a branch; to the institution as a whole where there is none.
    package func contains(_ branch: String?) -> Bool {
        switch self {
        case .everywhere: true
        case .branches(let branches): branch.map { branches.contains($0) } ?? false
        }
    }

    /// Where both reach.
    package func intersection(_ other: BranchReach) -> BranchReach {
        switch (self, other) {
        case (.everywhere, _): other
        case (_, .everywhere): self
        case (.branches(let own), .branches(let others)): .branches(own.intersection(others))
        }
    }

    /// The branches; nil for all of them.
    package var limit: [String]? {
        switch self {
        case .everywhere: nil
        case .branches(let branches): branches.sorted()
        }
    }
}
