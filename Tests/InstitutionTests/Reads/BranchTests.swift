import JSON
import TestSupport
import Testing

@testable import Institution

/// Whoever holds a permission in one branch sees that branch alone.
@Suite struct BranchTests {
    @Test func aManagerOfOneBranchSeesOnlyItsThings() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(Resource.all.map(\.permission), to: "manager", in: "north")
            _ = try await school.post([Sent.mark("north-1"), Sent.mark("south-1")])
            for resource in Resource.all {
                let all = try await school.read(resource.name)
                let seen = try await school.read(resource.name, as: "manager")
                #expect(seen.status == 200)
                #expect(seen.items.allSatisfy { $0["branchId"]?.string == "north" }, "\(resource.name)")
                #expect(seen.items.count == all.items.filter { $0["branchId"]?.string == "north" }.count)
                #expect(try await school.read("\(resource.name)?branchId=south", as: "manager").status == 403)
                #expect(
                    try await school.read("\(resource.name)?branchId=north", as: "manager").items.count
                        == seen.items.count
                )
            }
            #expect(try await school.read("students/south-1", as: "manager").status == 404)
            #expect(try await school.read("students/north-1", as: "manager").status == 200)
            let before = try await school.log.store.head().size - 1
            #expect(try await school.read("students/south-1?asOf=\(before)", as: "manager").status == 404)
        }
    }

    @Test func eachResourceHasAPermissionOfItsOwn() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["institution.courses:read"], to: "clerk", in: "north")
            for resource in Resource.all {
                let expected = resource.permission == "institution.courses:read" ? 200 : 403
                #expect(try await school.read(resource.name, as: "clerk").status == expected, "\(resource.name)")
                #expect(
                    try await school.read("\(resource.name)/x", as: "clerk").status == (expected == 200 ? 404 : 403)
                )
            }
        }
    }

    @Test func personalTextTakesAPermissionOfItsOwnAndCannotBeGuessed() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["institution.students:read"], to: "clerk", in: "north")
            try await school.grant(["institution.students:read"], to: "clerk", in: "south")
            try await school.grant(["institution.personal:read"], to: "clerk", in: "south")
            let seen = try await school.read("students", as: "clerk")
            #expect(seen.values("studentId") == ["north-1", "north-2", "south-1", "south-2"])
            #expect(seen.values("name") == [nil, nil, "Student 1 of south", "Student 2 of south"])
            let guess = "students?name=Student%201%20of%20north"
            #expect(try await school.read(guess, as: "clerk").items.isEmpty)
            #expect(try await school.read(guess).items.count == 1)
            // Nor does an order tell.
            let sorted = try await school.read("students?sort=-name", as: "clerk")
            #expect(sorted.values("studentId") == ["south-2", "south-1", "north-2", "north-1"])
            #expect(
                try await school.read("students/north-1?fields=name,studentId", as: "clerk").json
                    == .object([
                        "studentId": "north-1"
                    ])
            )
        }
    }

    @Test func aStudentWhoMovedIsSeenWhereTheStudentIsNow() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["institution.students:read"], to: "manager", in: "north")
            let before = try await school.log.store.head().size - 1
            let moved = Sent("student-transferred", "south", ["studentId": "north-1", "fromBranchId": "north"])
            #expect(try await school.post(moved).status == 201)
            #expect(try await school.read("students", as: "manager").values("studentId") == ["north-2"])
            #expect(try await school.read("students/north-1", as: "manager").status == 404)
            let then = try await school.read("students?asOf=\(before)", as: "manager")
            #expect(then.values("studentId") == ["north-1", "north-2"])
        }
    }
}
