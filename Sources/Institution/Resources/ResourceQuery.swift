package import Time

/// What is asked for of a resource.
package struct ResourceQuery: Sendable, Hashable {
    /// A condition on a member.
    package struct Filter: Sendable, Hashable {
        /// How the member stands to the value.
        package enum Relation: Sendable, Hashable {
            case equal, from, to
        }

        /// The member.
        package var column: ResourceColumn
        /// How it stands to the value.
        package var relation: Relation
        /// The value.
        package var value: Value

        /// A condition.
        package init(_ column: ResourceColumn, _ relation: Relation, _ value: Value) {
            self.column = column
            self.relation = relation
            self.value = value
        }
    }

    /// What a member is compared with.
    package enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int64)
        case boolean(Bool)
        case day(CalendarDay)
        case timestamp(Timestamp)
    }

    /// An order.
    package struct Sort: Sendable, Hashable {
        /// By what.
        package var column: ResourceColumn
        /// From the greatest on.
        package var isDescending: Bool

        /// An order.
        package init(_ column: ResourceColumn, isDescending: Bool = false) {
            self.column = column
            self.isDescending = isDescending
        }
    }

    /// Where a page ended: the value it is sorted by and the key of the last thing, as texts.
    package typealias Place = [String]

    /// The conditions; all of them hold.
    package var filters: [Filter] = []
    /// The order; by the key where nil.
    package var sort: Sort?
    /// The members that are read; all where nil.
    package var fields: [ResourceColumn]?
    /// Only the things behind this place.
    package var after: Place?
    /// How many at most.
    package var limit = 50

    /// Everything.
    package init() {}
}

/// What a reader may see of a resource.
package struct ResourceSight: Sendable, Hashable {
    /// The branches whose things are seen; nil for all.
    package var branches: Set<String>?
    /// The branches whose personal members are seen; nil for all.
    package var personal: Set<String>?

    /// What may be seen.
    package init(branches: Set<String>?, personal: Set<String>?) {
        self.branches = branches
        self.personal = personal
    }
}

/// When a resource is asked about.
package enum ResourceMoment: Sendable, Hashable {
    /// As far as the read model is now.
    case now
    /// Right after the event at a position.
    case position(Int64)
    /// After the last event recorded at or before a time.
    case time(Timestamp)
    /// After the first events of the log, so many: how a list goes on with its next page.
    case size(Int64)
}

/// Things, and what part of the log they come from.
package struct ResourcePage: Sendable {
    /// For each thing its values, in the order of `columns`.
    package var rows: [[ResourceValue]]
    /// The members that were read.
    package var columns: [ResourceColumn]
    /// How many events of the log the answer takes into account.
    package var size: Int64
    /// How many events the read model held when it was read: whatever is asked of, nothing later was seen.
    package var readAt: Int64
    /// Where to go on; nil when there is no more.
    package var next: ResourceQuery.Place?
}
