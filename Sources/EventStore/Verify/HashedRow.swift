import Events
import JSON
import MerkleLog

/// What a verification has to know of a row once it is hashed: the row itself is gone by then.
struct HashedRow: Sendable {
    /// What few rows have to say besides their hashes.
    struct Remark: Sendable {
        /// Whom an event is about whose personal text is gone. A release takes personal text along, and has to be
        /// explained itself.
        var erasedPerson: String?
        /// The type of an event whose data is gone.
        var releasedType: EventType?
        /// An event that says something about the log itself.
        var logEvent: (type: EventType, data: JSONValue)?
    }

    /// What the leaf hash does not cover, or only by a digest.
    struct State: OptionSet, Sendable {
        let rawValue: UInt8

        static let isWellFormed = State(rawValue: 1)
        static let isErased = State(rawValue: 2)
        static let isReleased = State(rawValue: 4)
    }

    let position: Int64
    /// Microseconds, in PostgreSQL's count.
    let recordedAt: Int64
    let state: State
    /// The leaf hash of the row's content; nil when something that it needs is missing.
    let computedLeaf: Hash?
    /// The leaf hash that is stored with it.
    let storedLeaf: Hash?
    /// In `HashedRows.remarks`, nil for most.
    let remark: Int?
}

/// The rows of a stretch in order, as they come in: a value that a COPY is folded into.
struct HashedRows: Sendable {
    private(set) var rows: [HashedRow] = []
    private(set) var remarks: [HashedRow.Remark] = []

    init(expecting count: Int) {
        rows.reserveCapacity(count)
    }

    mutating func append(_ row: StoredRow) {
        var state: HashedRow.State = []
        if row.isWellFormed { state.insert(.isWellFormed) }
        if row.isErased { state.insert(.isErased) }
        if row.isReleased { state.insert(.isReleased) }
        rows.append(
            HashedRow(
                position: row.position,
                recordedAt: row.recordedAt,
                state: state,
                computedLeaf: row.computedLeaf,
                storedLeaf: row.leaf,
                remark: remark(row, state)
            )
        )
    }

    private mutating func remark(_ row: StoredRow, _ state: HashedRow.State) -> Int? {
        let isReleased = state.contains(.isReleased)
        let isErased = state.contains(.isErased) && !isReleased
        let isAboutLog = row.typeHasPrefix("log.") || row.typeHasPrefix("logs.payloads-released")
        guard isErased || isReleased || isAboutLog else { return nil }
        var remark = HashedRow.Remark()
        if isErased { remark.erasedPerson = row.person ?? "" }
        if isReleased { remark.releasedType = row.type ?? "" }
        if isAboutLog, let type = row.type, let data = row.data { remark.logEvent = (type, data) }
        remarks.append(remark)
        return remarks.count - 1
    }
}
