import Access
import Events
import JSON

enum AccessRules {
    static let name = StringRule(1...200, .line)
    static let text = StringRule(1...2_000, .text)
    static let permissions = 0...1_000
    static let roles = 0...64
    static let versions: ClosedRange<Int64> = 0...JSONReader.safeIntegers.upperBound
}

extension Schema {
    fileprivate static let permissionIDs = array(of: .identifier, count: AccessRules.permissions)
    fileprivate static let parentIDs = array(of: .identifier, count: AccessRules.roles)
    static let expectedVersion = integer(AccessRules.versions)
        .described("The version that the change was decided on; refused if it is another by now")
}

/// A role to be.
struct RoleToDefine: JSONReadable {
    let roleID: String?
    let branchID: String
    let name: String
    let description: String?
    let parentRoleIDs: [String]?
    let permissionIDs: [String]?
    let deniedPermissionIDs: [String]?
    let templateRoleID: String?
    let isTemplate: Bool

    static let schema = Schema.object(
        .optional("roleId", .identifier.described("Its id; made up where left out")),
        .optional("branchId", .identifier.described("Where it belongs; the whole institution where left out")),
        .required("name", .string(AccessRules.name)),
        .optional("description", .string(AccessRules.text)),
        .optional("parentRoleIds", .parentIDs.described("The roles that it is to inherit from")),
        .optional("parentRoleId", .identifier.described("In place of parentRoleIds: a single one")),
        .optional("permissionIds", .permissionIDs.described("What it is to grant of itself")),
        .optional("deniedPermissionIds", .permissionIDs.described("What it is to deny of itself")),
        .optional(
            "templateRoleId",
            .identifier.described("The template that it is made from: what is left out here is taken from there")
        ),
        .optional("template", .boolean.described("Whether other roles may be made from it"))
    )

    init(reading reader: inout JSONReader) {
        roleID = reader.stringIfPresent("roleId", .identifier)
        branchID = reader.string("branchId", .identifier, default: RBAC.institutionBranch)
        name = reader.string("name", AccessRules.name)
        description = reader.stringIfPresent("description", AccessRules.text)
        parentRoleIDs = reader.parents()
        permissionIDs = reader.permissions("permissionIds")
        deniedPermissionIDs = reader.permissions("deniedPermissionIds")
        templateRoleID = reader.stringIfPresent("templateRoleId", .identifier)
        isTemplate = reader.bool("template", default: false)
    }
}

/// A change to a role.
struct RoleChange: JSONReadable {
    let name: String?
    let description: String?
    let parentRoleIDs: [String]?
    let permissionIDs: [String]?
    let deniedPermissionIDs: [String]?
    let expectedVersion: Int64?

    static let schema = Schema.object(
        .optional("name", .string(AccessRules.name)),
        .optional("description", .string(AccessRules.text)),
        .optional("parentRoleIds", .parentIDs.described("All that it is to inherit from, from now on")),
        .optional(
            "parentRoleId",
            .identifier.nullable.described("In place of parentRoleIds: a single one, or null for none")
        ),
        .optional("permissionIds", .permissionIDs.described("All that it is to grant of itself from now on")),
        .optional("deniedPermissionIds", .permissionIDs.described("All that it is to deny of itself from now on")),
        .optional("expectedVersion", .expectedVersion)
    )

    init(reading reader: inout JSONReader) {
        name = reader.stringIfPresent("name", AccessRules.name)
        description = reader.stringIfPresent("description", AccessRules.text)
        parentRoleIDs = reader.parents()
        permissionIDs = reader.permissions("permissionIds")
        deniedPermissionIDs = reader.permissions("deniedPermissionIds")
        expectedVersion = reader.integerIfPresent("expectedVersion", in: AccessRules.versions)
    }
}

/// What it takes to be given a role.
struct RequirementsToSet: JSONReadable {
    let requirements: RoleRequirements
    let expectedVersion: Int64?

    static let schema = Schema.object(
        .optional(
            "maximumHolders",
            .integer(1...1_000_000_000).described("How many may have it; any number if left out")
        ),
        .optional("prerequisiteRoleIds", .parentIDs.described("Roles that it takes to have in the same place first")),
        .optional("expectedVersion", .expectedVersion)
    )

    init(reading reader: inout JSONReader) {
        requirements = RoleRequirements(
            maximumHolders: reader.integerIfPresent("maximumHolders", in: 1...1_000_000_000).map { Int($0) },
            prerequisiteRoleIDs: reader.stringsIfPresent(
                "prerequisiteRoleIds",
                each: .identifier,
                count: AccessRules.roles,
                unique: true
            ) ?? []
        )
        expectedVersion = reader.integerIfPresent("expectedVersion", in: AccessRules.versions)
    }
}

extension JSONReader {
    /// The roles to inherit from: several, or one or none in the short form. Nil when nothing is said of them.
    fileprivate mutating func parents() -> [String]? {
        let several = stringsIfPresent("parentRoleIds", each: .identifier, count: AccessRules.roles, unique: true)
        switch valueIfPresent("parentRoleId") {
        case nil: return several
        case _ where several != nil:
            refuse("parentRoleId", "Give this or parentRoleIds, not both.")
            return several
        case .null: return []
        case .string(let id):
            if let problem = StringRule.identifier.problem(in: id) { refuse("parentRoleId", problem) }
            return [id]
        default:
            refuse("parentRoleId", "A string or null was expected.")
            return nil
        }
    }

    fileprivate mutating func permissions(_ name: String) -> [String]? {
        stringsIfPresent(name, each: .identifier, count: AccessRules.permissions, unique: true)
    }
}
