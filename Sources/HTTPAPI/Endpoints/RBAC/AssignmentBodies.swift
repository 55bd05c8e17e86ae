import Access
import JSON
import Time

/// Where and how long a role is to be held.
struct RoleAssignment: JSONReadable {
    let branchID: String?
    let startsAt: Timestamp?
    let expiresAt: Timestamp?

    static let schema = Schema.object(
        .optional("branchId", .identifier.described("Where it is to hold; where the role belongs if left out")),
        .optional("startsAt", .timestamp.described("From when on it counts; at once if left out")),
        .optional("expiresAt", .timestamp.described("From when on it counts no more; never if left out"))
    )

    init(reading reader: inout JSONReader) {
        branchID = reader.stringIfPresent("branchId", .identifier)
        startsAt = reader.timestampIfPresent("startsAt")
        expiresAt = reader.timestampIfPresent("expiresAt")
    }
}

/// Another end of an assignment.
struct RoleRenewal: JSONReadable {
    let branchID: String?
    let expiresAt: Timestamp?

    static let schema = Schema.object(
        .optional("branchId", .identifier.described("Where it holds; where the role belongs if left out")),
        .required("expiresAt", .timestamp.nullable.described("From when on it counts no more; null for never"))
    )

    init(reading reader: inout JSONReader) {
        branchID = reader.stringIfPresent("branchId", .identifier)
        switch reader.valueIfPresent("expiresAt") {
        case .null: expiresAt = nil
        case nil:
            reader.refuse("expiresAt", "Give the new end, or null for none.")
            expiresAt = nil
        case .some: expiresAt = reader.timestamp("expiresAt")
        }
    }
}

/// One question, or several under `checks`.
struct AccessChecks: JSONReadable {
    static let limit = 1...1_000

    let questions: [AccessQuestion]
    let sessionID: String?
    let isBatch: Bool

    static let schema = Schema.object(
        .optional("userId", .identifier.described("Who")),
        .optional("permission", .string(AccessRules.name).described("What: resource:action")),
        .optional("branchId", .identifier.described("Where; in the whole institution if left out")),
        .optional("sessionId", .identifier.described("A session of the user, in which only its active roles count")),
        .optional(
            "checks",
            .array(of: questionSchema, count: limit).described("In place of the others: several questions at once")
        )
    )

    private static let questionSchema = Schema.object(
        .required("userId", .identifier),
        .required("permission", .string(AccessRules.name)),
        .optional("branchId", .identifier)
    ).named("AccessQuestion")

    init(reading reader: inout JSONReader) {
        isBatch = reader.has("checks")
        sessionID = reader.stringIfPresent("sessionId", .identifier)
        if isBatch {
            questions = reader.list("checks", count: Self.limit) { Self.question(reading: &$0) }
        } else {
            questions = [Self.question(reading: &reader)]
        }
    }

    private static func question(reading reader: inout JSONReader) -> AccessQuestion {
        AccessQuestion(
            userID: reader.string("userId", .identifier),
            permission: reader.string("permission", AccessRules.name),
            branchID: reader.stringIfPresent("branchId", .identifier)
        )
    }
}
