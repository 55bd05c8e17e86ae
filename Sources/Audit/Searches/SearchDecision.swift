import Events

/// Decides on what somebody wants of their saved searches, by those that they have.
struct SearchDecision {
    /// How many somebody may have.
    static let most = 200

    let owner: String
    let held: [SavedSearch]

    /// Saves a new one.
    ///
    /// - Throws: `AuditError` where the name is taken, or there are too many.
    func save(_ draft: SearchDraft, as id: String) throws(AuditError) -> Events.Audit.SearchSaved {
        guard held.count < Self.most else {
            throw AuditError(.tooMany, "You have saved \(held.count) searches, which is the most. Remove some.")
        }
        try refuseTaken(draft.name, beside: nil)
        return Events.Audit.SearchSaved(
            searchID: id,
            ownerID: owner,
            filter: draft.filter.json,
            asOfPosition: draft.moment?.position,
            asOfTime: draft.moment?.time,
            hasText: draft.filter.text != nil,
            name: draft.name,
            text: draft.filter.text
        )
    }

    /// Gives one of them another name, or has it ask otherwise.
    ///
    /// - Throws: `AuditError` where there is none, or the name is another's.
    func change(_ id: String, to draft: SearchDraft) throws(AuditError) -> Events.Audit.SearchChanged {
        try require(id)
        try refuseTaken(draft.name, beside: id)
        return Events.Audit.SearchChanged(
            searchID: id,
            ownerID: owner,
            filter: draft.filter.json,
            asOfPosition: draft.moment?.position,
            asOfTime: draft.moment?.time,
            hasText: draft.filter.text != nil,
            name: draft.name,
            text: draft.filter.text
        )
    }

    /// Removes one of them.
    ///
    /// - Throws: `AuditError` where there is none.
    func remove(_ id: String) throws(AuditError) -> Events.Audit.SearchRemoved {
        try require(id)
        return Events.Audit.SearchRemoved(searchID: id, ownerID: owner)
    }

    private func require(_ id: String) throws(AuditError) {
        guard held.contains(where: { $0.id == id }) else {
            throw AuditError(.notFound, "There is no such saved search of yours.")
        }
    }

    private func refuseTaken(_ name: String, beside id: String?) throws(AuditError) {
        guard !held.contains(where: { $0.name == name && $0.id != id }) else {
            throw AuditError(
                .taken,
                "Another saved search of yours has that name. Name it otherwise, or change that one."
            )
        }
    }
}
