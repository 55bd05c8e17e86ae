import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct RouteTableTests {
    private func endpoint(_ method: HTTPRequest.Method, _ path: PathTemplate) -> Endpoint {
        Endpoint(method, path, "x", tag: "x", access: .open, outputs: .text("x")) { _ in .text("x") }
    }

    private func find(_ method: HTTPRequest.Method, _ path: String, in table: RouteTable) -> String {
        switch table.match(method, path[...]) {
        case .endpoint(let endpoint, let values):
            "\(endpoint.path.text) \(values.map { "\($0.name)=\($0.value)" }.joined(separator: ","))"
        case .otherMethods(let methods): methods.map(\.rawValue).joined(separator: ",")
        case .none: "none"
        case .malformed: "malformed"
        }
    }

    private func table() throws -> RouteTable {
        try RouteTable([
            endpoint(.get, "/"), endpoint(.get, "/a"), endpoint(.post, "/a"), endpoint(.get, "/a/{id}"),
            endpoint(.get, "/a/check"), endpoint(.get, "/a/{id}/b/{other}"), endpoint(.delete, "/a/{user}/b"),
        ])
    }

    @Test(arguments: [
        ("/", "/ "), ("/a", "/a "), ("/a/check", "/a/check "), ("/a/7", "/a/{id} id=7"),
        ("/a/7/b/8", "/a/{id}/b/{other} id=7,other=8"), ("/a/check/b/8", "/a/{id}/b/{other} id=check,other=8"),
        ("/a/x%20y%2Fz", "/a/{id} id=x y/z"), ("/a/%C3%A9", "/a/{id} id=é"),
    ])
    func aPathLeadsToItsEndpoint(path: String, expected: String) throws {
        #expect(find(.get, path, in: try table()) == expected)
    }

    @Test(arguments: ["/b", "/a/", "/a//b/8", "//a", "/a/7/b/8/", "/a/7/c", "/A"])
    func otherPathsLeadNowhere(path: String) throws {
        #expect(find(.get, path, in: try table()) == "none")
    }

    @Test(arguments: ["/a/%", "/a/%2", "/a/%zz", "/a/%FF", "/a/%C3%28"])
    func aPlaceHasToBeProperlyEncoded(path: String) throws {
        #expect(find(.get, path, in: try table()) == "malformed")
    }

    @Test func headIsAnsweredByGet() throws {
        #expect(find(.head, "/a", in: try table()) == "/a ")
    }

    @Test func anotherMethodOfAKnownPathIsToldApart() throws {
        #expect(find(.put, "/a", in: try table()) == "GET,POST")
        #expect(find(.get, "/a/7/b", in: try table()) == "DELETE")
    }

    @Test func theSameEndpointTwiceIsRefused() {
        #expect(throws: EndpointError.self) {
            try RouteTable([endpoint(.get, "/a/{id}"), endpoint(.get, "/a/{other}")])
        }
    }
}
