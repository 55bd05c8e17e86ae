import JSON
import OpenSSL
import Time

extension ExportPlan {
    /// The SHA-256, in hexadecimal, of what was asked for and of what of it may be in the file. Conditions on personal text,
    /// words that are searched for and the name of the file are not in it: it stays when they are erased, and they could be guessed by it.
    func digest(_ scope: ExportScope) -> String {
        let personal = Set(conditions.filter(\.column.isPersonal).map(\.column.name))
        var order = order
        order.filters.removeAll { personal.contains($0.column) }
        order.words = nil
        order.fileName = nil
        var json = JSONWriter()
        json.object { json in
            order.write(to: &json)
            json.member("columnsShown", columns.map(\.name))
            json.member("permissions", scope.permissions)
            if let branches = scope.branches { json.member("branches", branches.sorted()) }
            if let personal = scope.personal { json.member("personal", personal.sorted()) }
        }
        return SHA256.hash(json.bytes).hex
    }

    /// What was chosen, in words for people who read the file.
    func choices(_ scope: ExportScope) -> [ExportFacts.Choice] {
        var choices: [ExportFacts.Choice] = []
        if order.branchID == nil {
            let words = scope.branches.map { $0.sorted().joined(separator: ", ") } ?? "all"
            choices.append(.init(name: "Branches", value: words))
        }
        if let words = order.words { choices.append(.init(name: "Words", value: words)) }
        for condition in conditions {
            let words =
                switch condition.relation {
                case .equal: "\(condition.value.text)"
                case .from: "from \(condition.value.text)"
                case .to: "to \(condition.value.text)"
                }
            choices.append(.init(name: condition.column.title, value: words))
        }
        choices.append(
            .init(
                name: "Order",
                value: sort.map { $0.column.title + ($0.isDescending ? " (descending)" : "") }.joined(separator: ", ")
            )
        )
        return choices
    }
}

extension ExportPlan.Value {
    fileprivate var text: String {
        switch self {
        case .text(let text), .number(let text): text
        case .integer(let integer): String(integer)
        case .boolean(let boolean): boolean ? "yes" : "no"
        case .day(let day): day.text
        case .timestamp(let timestamp): timestamp.rfc3339
        }
    }
}
