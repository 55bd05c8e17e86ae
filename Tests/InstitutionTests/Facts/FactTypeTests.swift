import Access
import Events
import ProjectionEngine
import Testing

@testable import Institution

/// The closed list of what comes from outside agrees with the schemas, the permissions and the read models.
@Suite struct FactTypeTests {
    @Test func everyTypeOfTheInstitutionComesFromOutsideAndNoOther() {
        let types = EventCatalogue.all.map(\.type).filter { $0.rawValue.hasPrefix("institution.") }
        #expect(Set(FactType.all.map(\.type)) == Set(types))
        #expect(FactType.all.count == types.count)
    }

    @Test func everyTypeHasAPermissionOfItsOwn() {
        let permissions = FactType.all.map(\.permission)
        #expect(Set(permissions).count == permissions.count)
        #expect(Set(permissions).isSubset(of: Set(BuiltInPermission.allCases.map(\.name))))
    }

    @Test(arguments: FactType.all)
    func whatATypeNamesIsInItsSchema(type: FactType) {
        let fields = Dictionary(type.description.fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for key in type.keys { #expect(fields[key] != nil, "\(key)") }
        #expect(fields[type.keys[0]]?.isRequired == true)
        for name in type.thing.identityFields {
            // What is kept whatever is erased, of a thing that begins once: so it can always be compared.
            #expect(fields[name]?.isRequired == true, "\(name)")
            #expect(fields[name]?.isPersonal == false, "\(name)")
            #expect(!type.begins || type.from == [.absent])
        }
        #expect(fields[type.branchField]?.isRequired == true)
        for reference in type.references {
            let field = String(reference.path.prefix { $0 != "/" })
            #expect(fields[field] != nil, "\(reference.path)")
            #expect(fields[field]?.isPersonal == false, "\(reference.path)")
            if let condition = reference.condition { #expect(fields[condition.field] != nil) }
        }
    }

    @Test func whatIsSaidOfAThingCanBeSaidOfOneThatWasBegun() {
        for thing in Thing.allCases {
            let types = FactType.all.filter { $0.thing == thing }
            #expect(types.contains { $0.begins }, "\(thing)")
            let reachable = Set([Standing.absent] + types.map(\.to))
            for type in types { #expect(!type.from.isDisjoint(with: reachable), "\(type.type)") }
        }
    }

    @Test func everyReadModelAppliesItsTypesAndEveryTypeIsApplied() throws {
        let models = try ProjectionDefinition.builtIn.filter { definition in
            Resource.all.contains { $0.readModel == definition.name }
        }
        let applied = models.flatMap { $0.manifest.types ?? [] }.filter { $0.rawValue.hasPrefix("institution.") }
        #expect(Set(applied) == Set(FactType.all.map(\.type)))
        #expect(models.allSatisfy { !$0.manifest.rewinds })
    }

    @Test(arguments: Resource.all)
    func readingAResourceTakesABuiltInPermissionThatItsEventsTakeToo(resource: Resource) {
        let permissions = Set(BuiltInPermission.allCases.map(\.name))
        #expect(permissions.contains(resource.permission))
        #expect(permissions.contains(Resource.personalPermission))
        #expect(!resource.key.isEmpty)
        #expect(resource.keyColumns.count == resource.key.count)
        #expect(resource.keyColumns.allSatisfy { !$0.isPersonal })
        let names = resource.columns.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(resource.column("branchId") != nil)
    }

    @Test func readingAnEventTakesAPermissionThatThereIs() {
        let permissions = Set(BuiltInPermission.allCases.map(\.name))
        for type in FactType.all { #expect(permissions.contains(type.description.permission), "\(type.type)") }
    }
}

extension FactType: CustomTestStringConvertible {
    /// The type's name.
    public var testDescription: String { type.rawValue }
}

extension Resource: CustomTestStringConvertible {
    /// The resource's name.
    public var testDescription: String { name }
}
