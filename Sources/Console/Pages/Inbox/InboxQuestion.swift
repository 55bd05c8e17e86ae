import HTTPAPI
import Notifications

/// Which part of the inbox the page is asked for.
struct InboxQuestion {
    let standing: InboxQuery.Standing
    let category: NotificationCategory?
    let before: Int64?

    private static let tabs: [(InboxQuery.Standing, String)] = [
        (.inbox, "All"), (.unread, "Unread"), (.read, "Read"), (.archived, "Put away"),
    ]

    init(_ query: [String: String]) throws {
        standing = try Self.read(query["state"], "state", InboxQuery.Standing.init(rawValue:)) ?? .inbox
        category = try Self.read(query["category"], "category", NotificationCategory.init(rawValue:))
        before = try Self.read(query["before"], "before") { Int64($0).flatMap { $0 >= 0 ? $0 : nil } }
    }

    /// As the template has it.
    var values: [String: Any] {
        [
            "state": standing.rawValue,
            "isContinued": before != nil,
            "start": address(),
            "tabs": Self.tabs.map { standing, label in
                ["label": label, "path": address(standing), "isHere": standing == self.standing]
            },
            "categories": NotificationCategory.allCases.map { category in
                ["name": category.rawValue, "isChosen": category == self.category]
            },
        ]
    }

    /// The address of the same part, from a place on.
    func address(before position: Int64? = nil) -> String { address(standing, before: position) }

    private func address(_ standing: InboxQuery.Standing, before position: Int64? = nil) -> String {
        var query: [String] = []
        if standing != .inbox { query.append("state=\(standing.rawValue)") }
        if let category { query.append("category=\(category.rawValue)") }
        if let position { query.append("before=\(position)") }
        return query.isEmpty ? ConsolePaths.inbox : "\(ConsolePaths.inbox)?\(query.joined(separator: "&"))"
    }

    private static func read<Value>(
        _ text: String?,
        _ name: String,
        _ make: (String) -> Value?
    ) throws -> Value? {
        guard let text else { return nil }
        guard let value = make(text) else {
            throw Problem.parameter(.query, name, "is none that there is.")
        }
        return value
    }
}
