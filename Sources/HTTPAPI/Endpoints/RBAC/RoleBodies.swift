import Access
import Events
import JSON

enum AccessRules {
    static let name = StringRule(1...200, .line)
    static let text = StringRule(1...2_000, .text)
    static let permissions = 0...1_000
    static let versions: ClosedRange<Int64> = 0...JSONReader.safeIntegers.upperBound
}

extension Schema {
    fileprivate static let permissionIDs = array(of: .identifier, count: AccessRules.permissions)
    static let expectedVersion = integer(AccessRules.versions)
        .described("The version that the change was decided on; refused if it is another by now")
}

/// A role to be.
struct RoleToDefine: JSONReadable {
    let roleID: String?
    let branchID: String
    let name: String
    let description: String?
    let parentRoleID: String?
    let permissionIDs: [String]

    static let schema = Schema.object(
        .optional("roleId", .identifier.described("Its id; made up where left out")),
        .optional("branchId", .identifier.described("Where it belongs; the whole institution where left out")),
        .required("name", .string(AccessRules.name)),
        .optional("description", .string(AccessRules.text)),
        .optional("parentRoleId", .identifier.described("The role whose permissions it is to inherit")),
        .optional("permissionIds", .permissionIDs.described("What it is to grant of itself"))
    )

    init(reading reader: inout JSONReader) {
        roleID = reader.stringIfPresent("roleId", .identifier)
        branchID = reader.string("branchId", .identifier, default: RBAC.institutionBranch)
        name = reader.string("name", AccessRules.name)
        description = reader.stringIfPresent("description", AccessRules.text)
        parentRoleID = reader.stringIfPresent("parentRoleId", .identifier)
        permissionIDs =
            reader.stringsIfPresent("permissionIds", each: .identifier, count: AccessRules.permissions, unique: true)
            ?? []
    }
}

/// A change to a role.
struct RoleChange: JSONReadable {
    let name: String?
    let description: String?
    let parent: UpdateRole.Parent
    let permissionIDs: [String]?
    let expectedVersion: Int64?

    static let schema = Schema.object(
        .optional("name", .string(AccessRules.name)),
        .optional("description", .string(AccessRules.text)),
        .optional(
            "parentRoleId",
            .identifier.nullable.described("The role whose permissions it is to inherit; null for none")
        ),
        .optional("permissionIds", .permissionIDs.described("All that it is to grant of itself from now on")),
        .optional("expectedVersion", .expectedVersion)
    )

    init(reading reader: inout JSONReader) {
        name = reader.stringIfPresent("name", AccessRules.name)
        description = reader.stringIfPresent("description", AccessRules.text)
        parent = Self.parent(reading: &reader)
        permissionIDs = reader.stringsIfPresent(
            "permissionIds",
            each: .identifier,
            count: AccessRules.permissions,
            unique: true
        )
        expectedVersion = reader.integerIfPresent("expectedVersion", in: AccessRules.versions)
    }

    private static func parent(reading reader: inout JSONReader) -> UpdateRole.Parent {
        switch reader.valueIfPresent("parentRoleId") {
        case nil: return .unchanged
        case .null: return .none
        case .string(let id):
            if let problem = StringRule.identifier.problem(in: id) { reader.refuse("parentRoleId", problem) }
            return .role(id)
        default:
            reader.refuse("parentRoleId", "A string or null was expected.")
            return .unchanged
        }
    }
}
