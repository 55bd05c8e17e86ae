package import Time

/// A moment that a saved search is of, rather than of whenever it is asked.
package enum SavedMoment: Sendable, Hashable {
    /// Right after the event at a position.
    case position(Int64)
    /// After the last event recorded at or before a time.
    case time(Timestamp)

    var position: Int64? { if case .position(let position) = self { position } else { nil } }
    var time: Timestamp? { if case .time(let time) = self { time } else { nil } }
}
