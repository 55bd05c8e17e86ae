import Access
import JSON

/// A permission to be: by its name, or by resource and action.
struct PermissionToCreate: JSONReadable {
    let name: String
    let description: String?

    static let schema = Schema.object(
        .optional("name", .string(AccessRules.name).described("resource:action, for example students.grades:read")),
        .optional("resource", .string(AccessRules.name).described("In place of name, with action")),
        .optional("action", .string(AccessRules.name).described("In place of name, with resource")),
        .optional("description", .string(AccessRules.text))
    )

    init(reading reader: inout JSONReader) {
        let given = reader.stringIfPresent("name", AccessRules.name)
        let resource = reader.stringIfPresent("resource", AccessRules.name)
        let action = reader.stringIfPresent("action", AccessRules.name)
        description = reader.stringIfPresent("description", AccessRules.text)
        let joined: String? = if let resource, let action { "\(resource):\(action)" } else { nil }
        if given == nil, joined == nil {
            reader.refuse("name", "Give the name, or resource and action.")
        } else if let given, resource ?? action != nil, given != joined {
            reader.refuse("name", "It is to be resource:action; leave either the name or the other two out.")
        }
        name = given ?? joined ?? ""
    }
}

/// A change to a permission.
struct PermissionChange: JSONReadable {
    let description: String
    let expectedVersion: Int64?

    static let schema = Schema.object(
        .required("description", .string(AccessRules.text)),
        .optional("expectedVersion", .expectedVersion)
    )

    init(reading reader: inout JSONReader) {
        description = reader.string("description", AccessRules.text)
        expectedVersion = reader.integerIfPresent("expectedVersion", in: AccessRules.versions)
    }
}

/// A list of permissions to be looked into.
struct PermissionsToValidate: JSONReadable {
    private static let limit = 0...10_000

    let permissions: [String]
    let denied: [String]

    static let schema = Schema.object(
        .required("permissions", .array(of: .string(AccessRules.name), count: limit).described("By name")),
        .optional(
            "denied",
            .array(of: .string(AccessRules.name), count: limit).described("What is to be denied beside")
        )
    )

    init(reading reader: inout JSONReader) {
        permissions = reader.strings("permissions", each: AccessRules.name, count: Self.limit, unique: false)
        denied = reader.stringsIfPresent("denied", each: AccessRules.name, count: Self.limit, unique: false) ?? []
    }
}
