import Events
import JSON
import Testing

@Suite struct EventCatalogueTests {
    @Test func everyTypeHasAnExample() {
        #expect(SchemaExample.all.count == EventCatalogue.all.count)
        #expect(EventCatalogue.all.map(\.type) == EventCatalogue.all.map(\.type).sorted())
    }

    @Test(arguments: SchemaExample.all)
    func whatIsWrittenReadsBackAndIsWrittenTheSameAgain(example: SchemaExample) throws {
        let event = try example.decode()
        try event.validate()
        let again = try EventCatalogue.decode(
            type: example.description.type,
            version: example.description.version,
            data: event.dataBytes,
            personal: event.personalBytes
        )
        #expect(again.dataBytes == event.dataBytes)
        #expect(again.personalBytes == event.personalBytes)
        let written = try JSONValue(parsing: event.dataBytes)
        // Moments are written to the microsecond, however they came.
        let moments = example.description.fields.filter { $0.kind == .timestamp }.map(\.name)
        for member in example.data.members where !moments.contains(member.name) {
            #expect(written[member.name] == member.value)
        }
    }

    @Test(arguments: SchemaExample.all)
    func anEventWhosePersonalFieldsWereErasedStillReads(example: SchemaExample) throws {
        let event = try EventCatalogue.decode(
            type: example.description.type,
            version: example.description.version,
            data: .object(example.data),
            personal: nil
        )
        #expect(event.personalBytes == nil)
        let subject = example.description.subject.flatMap { example.data[$0.name]?.string }
        #expect(event.subject == subject)
    }

    @Test(arguments: SchemaExample.all)
    func personalFieldsAreNeverInTheData(example: SchemaExample) throws {
        let data = try JSONValue(parsing: try example.decode().dataBytes)
        for field in example.description.personal { #expect(data[field.name] == nil) }
        if let personal = example.personal, let member = personal.members.first {
            var misplaced = example.data
            misplaced[member.name] = member.value
            #expect(problems { try example.decode(data: misplaced) } == ["/data/\(member.name)"])
        }
    }

    @Test(arguments: SchemaExample.all)
    func aMissingRequiredFieldIsNamed(example: SchemaExample) {
        for field in example.description.fields where field.isRequired {
            var data = example.data
            data[field.name] = nil
            #expect(problems { try example.decode(data: data) } == [field.pointer])
        }
    }

    @Test(arguments: SchemaExample.all)
    func aFieldOfTheWrongKindIsNamed(example: SchemaExample) {
        // Fields that may be any value.
        let open: Set<String> = ["changes", "routes", "requests", "decisions"]
        for field in example.description.fields where field.kind != .json || !open.contains(field.name) {
            var data = example.data
            var personal = example.personal ?? [:]
            for wrong: JSONValue in [nil, [], .number(JSONNumber(0.5) ?? JSONNumber(0))] {
                if field.isPersonal { personal[field.name] = wrong } else { data[field.name] = wrong }
                if field.kind == .strings, wrong == [] { continue }
                #expect(
                    problems { try example.decode(data: data, personal: personal.isEmpty ? nil : personal) }
                        == [field.pointer]
                )
            }
        }
    }

    @Test(arguments: SchemaExample.all)
    func anUnknownFieldIsNamed(example: SchemaExample) {
        var data = example.data
        data["surprise"] = true
        #expect(problems { try example.decode(data: data) } == ["/data/surprise"])
        var personal = example.personal ?? [:]
        personal["surprise"] = true
        #expect(problems { try example.decode(personal: personal) } == ["/personal/surprise"])
    }

    @Test(arguments: [
        ("rbac.role-invented", 1, "/type"), ("", 1, "/type"), ("rbac.role-assigned", 0, "/schemaVersion"),
        ("rbac.role-assigned", 3, "/schemaVersion"), ("rbac.role-assigned", -1, "/schemaVersion"),
    ])
    func anUnknownTypeOrVersionIsRefused(type: String, version: Int, pointer: String) {
        let data: JSONObject = ["userId": "u", "roleId": "r", "branchId": "b"]
        #expect(
            problems {
                try EventCatalogue.decode(type: EventType(type), version: version, data: .object(data), personal: nil)
            } == [pointer]
        )
    }

    @Test func documentsThatAreNotJSONAreRefusedWithTheirPlace() {
        #expect(
            problems {
                try EventCatalogue.decode(
                    type: "rbac.role-assigned",
                    version: 1,
                    data: Array(#"{"userId":"u","roleId":"r","branchId":"b\u0000"}"#.utf8),
                    personal: nil
                )
            } == ["/data/branchId"]
        )
    }

    @Test func everyBoundHoldsBeforeWritingToo() {
        let tooLong = String(repeating: "x", count: 201)
        let event = RBAC.RoleDefined(
            roleID: "",
            branchID: "north\nsouth",
            name: tooLong,
            permissionIDs: ["a", "b", "a", "\u{202e}"]
        )
        let error = #expect(throws: JSONDecodingError.self) { try event.validate() }
        #expect(
            error?.problems.map(\.pointer) == [
                "/data/roleId", "/data/branchId", "/data/name", "/data/permissionIds/3", "/data/permissionIds",
            ]
        )
    }

    @Test func hostileTextStaysText() throws {
        let name = "Robert'); drop table log.events; -- \"<b>\\"
        let event = Identity.UserRegistered(userID: "u\"1", kind: .person, name: name)
        let read = try EventCatalogue.decode(
            type: Identity.UserRegistered.type,
            version: 1,
            data: event.dataBytes,
            personal: event.personalBytes
        )
        #expect(read as? Identity.UserRegistered == event)
    }

    @Test func aReleasedFieldKeepsItsBytes() throws {
        let event = RBAC.RoleAssigned(
            userID: "teacher-7",
            roleID: "registrar",
            branchID: "branch-north",
            expiresAt: .epoch
        )
        #expect(
            String(decoding: event.dataBytes, as: UTF8.self)
                == #"{"userId":"teacher-7","roleId":"registrar","branchId":"branch-north","#
                + #""expiresAt":"1970-01-01T00:00:00.000000Z"}"#
        )
        #expect(event.subject == "teacher-7")
        #expect(event.branch == "branch-north")
    }

    private func problems(_ body: () throws -> any EventPayload) -> [String] {
        do {
            _ = try body()
            return []
        } catch {
            return (error as? EventError)?.problems.map(\.pointer) ?? ["\(error)"]
        }
    }
}
