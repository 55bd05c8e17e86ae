import Postgres

/// The conditions of a query of `audit.entries as e`: what is asked for, and what the reader may see of it.
struct AuditConditions {
    private(set) var sql: SQL

    /// Conditions on the events of a range of positions.
    init(_ positions: Range<Int64>, _ filter: AuditFilter, _ sight: AuditSight) {
        sql = "e.position >= \(positions.lowerBound) and e.position < \(positions.upperBound)"
        add(sight)
        if let actor = filter.actor { add("e.actor = \(actor)") }
        if let subject = filter.subject { add("e.subject = \(subject)") }
        if let type = filter.type { add("e.type = \(type)") }
        if let action = filter.action { add("e.action = \(action)") }
        if let resource = filter.resource { add("e.resource = \(resource)") }
        if let resourceID = filter.resourceID { add("e.resource_id = \(resourceID)") }
        if let branch = filter.branch { add("e.branch = \(branch)") }
        if let text = filter.text { add(text: text, sight.personal) }
    }

    private mutating func add(_ condition: SQL) {
        sql = "\(sql) and \(condition)"
    }

    private mutating func add(_ sight: AuditSight) {
        let everywhere = sight.everywhere.map(\.rawValue).sorted()
        if sight.inBranches.isEmpty {
            add("e.type = any(\(everywhere))")
            return
        }
        // Neither types nor the start of a branch's name can be mistaken for the other: types hold no blank.
        let pairs = sight.inBranches.flatMap { type, branches in branches.map { "\(type.rawValue) \($0)" } }.sorted()
        if everywhere.isEmpty {
            // Says nothing new, but an index of branches can be used for it.
            add("e.branch = any(\(Set(sight.inBranches.values.joined()).sorted()))")
        }
        add("(e.type = any(\(everywhere)) or e.type || ' ' || e.branch = any(\(pairs)))")
    }

    /// Personal words are found by those alone who may read them: else a search would be a way to guess them.
    private mutating func add(text: String, _ personal: BranchReach) {
        let query: SQL = "websearch_to_tsquery('simple', \(text))"
        switch personal {
        case .everywhere: add("(e.words @@ \(query) or e.personal_words @@ \(query))")
        case .branches(let branches) where branches.isEmpty: add("e.words @@ \(query)")
        case .branches(let branches):
            let names = branches.sorted()
            add("(e.words @@ \(query) or (e.personal_words @@ \(query) and e.branch = any(\(names))))")
        }
    }
}
