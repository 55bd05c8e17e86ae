/// Actions of which each includes the one before: whoever may manage may write, whoever may write may read.
///
/// All other actions stand for themselves; what they imply is said by implications.
package enum OrderedAction: String, Sendable, Comparable, CaseIterable {
    case read
    case write
    case manage

    /// Whether `left` is included in `right`, and not the same.
    package static func < (left: OrderedAction, right: OrderedAction) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .manage: 2
        }
    }

    /// Whether whoever may do `action` may do `other` for that: it is the same, or comes before it in the order.
    static func includes(_ action: String, _ other: String) -> Bool {
        if ExactKey.same(action, other) { return true }
        guard let action = OrderedAction(rawValue: action), let other = OrderedAction(rawValue: other) else {
            return false
        }
        return other < action
    }
}
