import Events
import MerkleLog

extension RangeCheck {
    mutating func check(_ row: HashedRow, _ remark: HashedRow.Remark?, _ nodes: inout [TileNode]) {
        report.events += 1
        let position = row.position
        if row.computedLeaf == nil || row.computedLeaf != row.storedLeaf {
            isPageDoubtful = true
            firstAltered = firstAltered ?? position
            add(
                .alteredEvent,
                position,
                "is not what was recorded: its content does not have the leaf hash that is stored with it."
            )
        } else if !row.state.contains(.isWellFormed) {
            add(
                .alteredEvent,
                position,
                "holds a document beside the digest that stands for it, or a salt without one."
            )
        }
        if row.recordedAt < recordedAt {
            add(.timeBackwards, position, "was recorded before the one before it.")
        }
        recordedAt = row.recordedAt
        if row.state.contains(.isReleased) { report.released += 1 }
        if row.state.contains(.isErased) { report.erased += 1 }
        if let remark { observe(remark, at: position) }
        tree.append(computed: row.computedLeaf, stored: row.storedLeaf, completing: &nodes)
    }

    private mutating func add(_ kind: VerificationFinding.Kind, _ position: Int64, _ what: String) {
        report.add(VerificationFinding(kind, position, "The event at position \(position) \(what)"))
    }

    private mutating func observe(_ remark: HashedRow.Remark, at position: Int64) {
        if !removals.contains(position) {
            if let type = remark.releasedType { releases.observe(released: position, of: type) }
            if let person = remark.erasedPerson { erasures.observe(erased: position, about: person) }
        }
        guard let (type, data) = remark.logEvent else { return }
        if type == Log.PersonalErased.type {
            if let person = data["userId"]?.string { erasures.observe(erasureOf: person) }
        } else if type == Logs.PayloadsReleased.type {
            releases.observe(release: data, at: position)
        } else {
            try? keys.observe(type, data: data)
        }
    }
}
