import Access
import HTTPAPI
import Time

extension ConsoleSite {
    /// Who may do what: each by the service that the API asks, with the permission that it takes there.
    var accessPages: [Endpoint] {
        [peoplePage, personPage, matrixPage, rolePage, inheritancePage, whoPage, whatPage, whyPage, endingPage]
            + reviewPages
    }

    private static let tabs: [(name: String, label: String, path: String)] = [
        ("people", "People", ConsolePaths.access),
        ("roles", "Roles and permissions", "\(ConsolePaths.access)/roles"),
        ("inheritance", "Inheritance", "\(ConsolePaths.access)/inheritance"),
        ("who", "Who can", "\(ConsolePaths.access)/who"),
        ("what", "What can", "\(ConsolePaths.access)/what"),
        ("why", "Why", "\(ConsolePaths.access)/why"),
        ("ending", "Ends soon", "\(ConsolePaths.access)/ending"),
        ("reviews", "Reviews", ConsolePaths.reviews),
    ]

    /// A page of the place, which shows the moment that was chosen unless it says otherwise.
    func accessPage(
        _ template: String,
        _ values: [String: Any],
        at tab: String,
        _ context: RequestContext,
        _ head: RequestHead.Value,
        isOfMoment: Bool = true
    ) async throws -> Reply {
        var values = values
        values["tabs"] = Self.tabs.map {
            ["label": $0.label, "path": $0.path, "isHere": $0.name == tab] as [String: Any]
        }
        return try await page(template, values, at: "access", context, head, isOfMoment: isOfMoment)
    }

    /// The moment that a request is about.
    func accessMoment(_ head: RequestHead.Value) -> AccessMoment {
        AccessMoment(cookies.chosenMoment(in: head.headers)?.moment)
    }

    /// The time of the moment that a request is about.
    func time(_ head: RequestHead.Value, _ context: RequestContext) async throws -> Timestamp {
        switch cookies.chosenMoment(in: head.headers)?.moment {
        case nil: context.now
        case .time(let time): time
        case .position(let position):
            try await parts.store.reader.event(at: position)?.header.recordedAt ?? context.now
        }
    }

    /// How many permissions a field proposes at most; any other is typed.
    private static let proposed = 300

    /// The names of permissions, to choose from; none for those who may not see them.
    func permissionNames(_ context: RequestContext, _ moment: AccessMoment) async throws -> [String] {
        guard try await context.allows(BuiltInPermission.readPermissions.name, in: .anywhere) else { return [] }
        return try await parts.access.getAllPermissions(asOf: moment, limit: Self.proposed).value.map(\.name)
    }
}

extension ConsolePaths {
    /// A page of the console with some parameters.
    static func page(_ path: String, _ query: [(String, String?)]) -> String {
        let given = query.compactMap { name, value in value.map { "\(name)=\(PercentCoding.encode($0))" } }
        return given.isEmpty ? path : "\(path)?\(given.joined(separator: "&"))"
    }

    /// The reviews of access.
    static let reviews = "\(access)/reviews"

    /// One of them.
    static func review(_ id: String) -> String { "\(reviews)/\(PercentCoding.encode(id))" }

    /// The page of one role.
    static func role(_ id: String) -> String { "\(access)/roles/\(PercentCoding.encode(id))" }

    /// The page that says why somebody may do something, or may not.
    static func why(_ user: String, _ permission: String, in branch: String?) -> String {
        page("\(access)/why", [("user", user), ("permission", permission), ("branch", branch)])
    }
}
