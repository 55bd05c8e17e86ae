import JSON

/// Who would act (AuthZEN 1.0, section 5.1).
struct AuthZENSubject: Sendable, Hashable {
    /// The type of Daybook's users; nobody else holds anything.
    static let user = "user"

    let type: String
    /// Missing only where subjects are searched.
    let id: String

    static let schema = Schema.object(
        .required("type", .string().described("`user`; subjects of other types hold nothing")),
        .required("id", .string().described("The user's id")),
        .optional("properties", .anyObject)
    ).open.named("AuthZENSubject")

    static let soughtSchema = Schema.object(
        .required("type", .string()),
        .optional("properties", .anyObject)
    ).open.named("AuthZENSoughtSubject")

    var isUser: Bool { type == Self.user }

    /// - Parameter isSought: whether such subjects are searched, so that an id is ignored.
    init?(_ parent: MemberReader, isSought: Bool = false, _ problems: inout [FieldProblem]) {
        guard let members = parent.object("subject", &problems) else { return nil }
        let type = members.string("type", &problems)
        let id = isSought ? "" : members.string("id", &problems)
        _ = members.object("properties", required: false, &problems)
        guard let type, let id else { return nil }
        self.type = type
        self.id = id
    }
}

/// What would be done (section 5.3).
struct AuthZENAction: Sendable, Hashable {
    let name: String

    static let schema = Schema.object(
        .required("name", .string()),
        .optional("properties", .anyObject)
    ).open.named("AuthZENAction")

    init?(_ parent: MemberReader, _ problems: inout [FieldProblem]) {
        guard let members = parent.object("action", &problems) else { return nil }
        let name = members.string("name", &problems)
        _ = members.object("properties", required: false, &problems)
        guard let name else { return nil }
        self.name = name
    }
}

/// What it would be done to (section 5.2).
struct AuthZENResource: Sendable, Hashable {
    /// The type of branches themselves.
    static let branch = "branch"

    let type: String
    /// Missing only where resources are searched.
    let id: String
    /// The one property that counts.
    let branchID: String?

    private static let properties = Schema.object(
        .optional("branchId", .identifier.described("Where; in the institution as a whole if left out"))
    ).open

    static let schema = Schema.object(
        .required("type", .string().described("`branch`, or the resource of a permission: `students.grades`")),
        .required("id", .string()),
        .optional("properties", properties)
    ).open.named("AuthZENResource")

    static let soughtSchema = Schema.object(
        .required("type", .string()),
        .optional("properties", properties)
    ).open.named("AuthZENSoughtResource")

    /// - Parameter isSought: whether such resources are searched, so that an id is ignored.
    init?(_ parent: MemberReader, isSought: Bool = false, _ problems: inout [FieldProblem]) {
        guard let members = parent.object("resource", &problems) else { return nil }
        let type = members.string("type", &problems)
        let id = isSought ? "" : members.string("id", &problems)
        let properties = members.object("properties", required: false, &problems)
        branchID = properties?.string("branchId", required: false, &problems)
        guard let type, let id else { return nil }
        self.type = type
        self.id = id
    }
}
