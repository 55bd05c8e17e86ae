package import Events

/// What a reader may see of the history: which types of events in which branches, and whether personal text.
///
/// Every type of event names the permission that reading it takes. A type that this program does not know is seen by
/// nobody: who may see it cannot be told.
package struct AuditSight: Sendable, Hashable {
    /// The types that are seen wherever they belong.
    package let everywhere: Set<EventType>
    /// The types that are seen in some branches.
    package let inBranches: [EventType: Set<String>]
    /// Where personal text is seen.
    package let personal: BranchReach
    /// Where the history is open to the reader at all.
    package let reach: BranchReach

    /// What follows from the reader's permissions.
    ///
    /// - Parameters:
    ///   - permission: what the way of reading itself takes.
    ///   - personalPermission: what personal text takes beside it.
    ///   - reach: where the reader holds a permission.
    package init(permission: String, personalPermission: String, reach: (String) -> BranchReach) {
        let own = reach(permission)
        var known: [String: BranchReach] = [:]
        var everywhere: Set<EventType> = []
        var inBranches: [EventType: Set<String>] = [:]
        for description in EventCatalogue.all {
            let needed = known[description.permission] ?? own.intersection(reach(description.permission))
            known[description.permission] = needed
            switch needed {
            case .everywhere: everywhere.insert(description.type)
            case .branches(let branches) where !branches.isEmpty: inBranches[description.type] = branches
            case .branches: break
            }
        }
        self.everywhere = everywhere
        self.inBranches = inBranches
        self.reach = own
        personal = own.intersection(reach(personalPermission))
    }

    /// Whether the reader may see an event.
    package func sees(_ type: EventType, in branch: String?) -> Bool {
        if everywhere.contains(type) { return true }
        guard let branch else { return false }
        return inBranches[type]?.contains(branch) ?? false
    }
}
