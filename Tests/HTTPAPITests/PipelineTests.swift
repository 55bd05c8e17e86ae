import HTTPTypes
import JSON
import Testing

@testable import HTTPAPI

/// What bad requests get: one test for each promise, through the whole pipeline.
@Suite struct PipelineTests {
    @Test func anUnknownPathIs404() async throws {
        let answer = try await exchange(.get, "/nowhere", signedIn: false)
        #expect(answer.status == 404)
        #expect(answer.problem == "not-found")
    }

    @Test func anotherMethodIs405WithAllow() async throws {
        let answer = try await exchange(.post, "/roles/r1")
        #expect(answer.status == 405)
        #expect(answer.problem == "method-not-allowed")
        #expect(answer.headers[.allow] == "DELETE, GET, HEAD, PUT, OPTIONS")
    }

    @Test func optionsTellsTheMethods() async throws {
        let answer = try await exchange(.options, "/roles/r1", signedIn: false)
        #expect(answer.status == 204)
        #expect(answer.headers[.allow] == "DELETE, GET, HEAD, PUT, OPTIONS")
        #expect(try await exchange(.options, "/nowhere").status == 404)
    }

    @Test func headHasTheFieldsOfGetAndNoBody() async throws {
        let get = try await exchange(.get, "/roles/r1")
        let head = try await exchange(.head, "/roles/r1")
        #expect(head.status == 200)
        #expect(head.text.isEmpty)
        #expect(head.headers[.contentLength] == get.headers[.contentLength])
        #expect(head.headers[.eTag] == get.headers[.eTag])
    }

    @Test func withoutATokenItIs401() async throws {
        let answer = try await exchange(.get, "/roles/r1", signedIn: false)
        #expect(answer.status == 401)
        #expect(answer.problem == "not-signed-in")
        #expect(answer.headers[.wwwAuthenticate] == #"Bearer realm="daybook""#)
    }

    @Test(arguments: ["Basic YWRhOnB3", "Bearer", "Bearer ", "Bearer a b", "Bearer \"x\"", "bearerx"])
    func whatIsNoBearerTokenIs401(field: String) async throws {
        let answer = try await exchange(.get, "/me", headers: ["Authorization": field])
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer realm=") == true)
    }

    @Test func withoutThePermissionItIs403AndNamesIt() async throws {
        let answer = try await exchange(.get, "/roles/r1", grants: [])
        #expect(answer.status == 403)
        #expect(answer.problem == "permission-missing")
        #expect(answer.json?["permission"]?.string == "roles:read")
        #expect(answer.headers[.wwwAuthenticate]?.contains(#"error="insufficient_scope""#) == true)
    }

    @Test func thePermissionIsAskedForInTheBranchOfTheParameter() async throws {
        let grants: Set = ["ada roles:write north"]
        let body = #"{"name":"x"}"#
        #expect(try await exchange(.put, "/roles/r1?branchId=north", body: body, grants: grants).status == 200)
        let refused = try await exchange(.put, "/roles/r1?branchId=south", body: body, grants: grants)
        #expect(refused.status == 403)
        #expect(refused.json?["branchId"]?.string == "south")
        #expect(try await exchange(.put, "/roles/r1", body: body, grants: grants).status == 403)
    }

    @Test func theHandlerDecidesByTheBranchOfTheThing() async throws {
        #expect(try await exchange(.delete, "/roles/r1", grants: ["ada roles:write north"]).status == 204)
        #expect(try await exchange(.delete, "/roles/r1", grants: ["ada roles:write south"]).status == 403)
        #expect(try await exchange(.delete, "/roles/r1", grants: []).status == 403)
    }

    @Test func aHandlerThatForgetsToDecideFailsClosed() async throws {
        let answer = try await exchange(.delete, "/roles/forgotten")
        #expect(answer.status == 500)
    }

    @Test func nobodyLearnsOfABodyBeforePermission() async throws {
        #expect(try await exchange(.put, "/roles/r1", body: "{", grants: []).status == 403)
    }

    @Test func anErrorOfTheInsideStaysInside() async throws {
        let answer = try await exchange(.get, "/broken")
        #expect(answer.status == 500)
        #expect(answer.problem == "internal-error")
        #expect(!answer.text.contains("hunter2"))
    }

    @Test func unavailableTellsWhenToComeBack() async throws {
        let answer = try await exchange(.get, "/away")
        #expect(answer.status == 503)
        #expect(answer.headers[.retryAfter] == "2")
    }

    @Test func aVersionConflictTellsTheCurrentVersion() async throws {
        let answer = try await exchange(.put, "/roles/changed", body: #"{"name":"x"}"#)
        #expect(answer.status == 409)
        #expect(answer.json?["currentVersion"]?.int64 == 7)
    }

    @Test func anUnknownParameterIs400() async throws {
        let answer = try await exchange(.get, "/roles/r1?asof=7")
        #expect(answer.status == 400)
        #expect(answer.faults == ["query /asof"])
    }

    @Test func aParameterThatComesTwiceIs400() async throws {
        #expect(try await exchange(.get, "/roles/r1?asOf=7&asOf=8").faults == ["query /asOf"])
    }

    @Test(arguments: [
        "-1", "1.5", "tomorrow", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "", "9999-01-01T00:00:00Z",
    ])
    func anImpossibleMomentIs400(moment: String) async throws {
        let answer = try await exchange(.get, "/roles/r1?asOf=\(moment)")
        #expect(answer.status == 400)
        #expect(answer.faults == ["query /asOf"])
    }

    @Test(arguments: ["0", "17", "2026-01-31T08:30:00Z", "2026-01-31T10:00:00%2B01:30"])
    func aMomentIsAPositionOrATime(moment: String) async throws {
        #expect(try await exchange(.get, "/roles/r1?asOf=\(moment)").status == 200)
    }

    @Test func pathValuesAreChecked() async throws {
        #expect(try await exchange(.get, "/roles/a%00b").faults == ["path /roleId"])
        #expect(try await exchange(.get, "/roles/a%0Ab").faults == ["path /roleId"])
        #expect(try await exchange(.get, "/roles/\(String(repeating: "x", count: 201))").faults == ["path /roleId"])
        #expect(try await exchange(.get, "/roles/%zz").status == 400)
        let injected = try await exchange(.get, "/roles/x'%3B%20drop%20table%20log.events%3B--")
        #expect(injected.json?["id"]?.string == "x'; drop table log.events;--")
    }

    @Test func everyAnswerIsHardened() async throws {
        for target in ["/open", "/nowhere", "/broken", "/openapi.json"] {
            let answer = try await exchange(.get, target)
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(answer.headers[.cacheControl] != nil)
            #expect(answer.headers[.server] == nil)
        }
    }
}
