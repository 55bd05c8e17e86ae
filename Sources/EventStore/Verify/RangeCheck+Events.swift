import Events
import JSON
import MerkleLog
import Postgres

extension RangeCheck {
    mutating func check(_ row: StoredRow, at position: Int64, _ nodes: inout [TileNode]) {
        report.events += 1
        let stored = row.leaf
        let computed = row.computedLeaf(scratch: &scratch)
        if computed == nil || computed != stored {
            isPageDoubtful = true
            firstAltered = firstAltered ?? position
            add(
                .alteredEvent,
                position,
                "is not what was recorded: its content does not have the leaf hash that is stored with it."
            )
        } else if !row.isWellFormed {
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
        if row.isReleased {
            report.released += 1
            add(.missingData, position, "has lost its data: only the digest is left, and no event says why.")
        }
        if row.isErased {
            report.erased += 1
            erasures.observe(erased: position, about: row.person ?? "")
        }
        if row.typeHasPrefix("log.") { observe(row) }
        nodes += tree.append(computed: computed, stored: stored)
    }

    private mutating func add(_ kind: VerificationFinding.Kind, _ position: Int64, _ what: String) {
        report.add(VerificationFinding(kind, position, "The event at position \(position) \(what)"))
    }

    /// Events that say something about the log itself.
    private mutating func observe(_ row: StoredRow) {
        guard let type = row.type, let data = row.data else { return }
        if type == Log.PersonalErased.type {
            if let person = data["userId"]?.string { erasures.observe(erasureOf: person) }
        } else {
            try? keys.observe(type, data: data)
        }
    }
}
