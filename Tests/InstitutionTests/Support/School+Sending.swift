import Access
import EventStore
import Events
import Foundation
import HTTPTypes
import HummingbirdTesting
import Institution
import JSON
import NIOCore
import Testing

@testable import HTTPAPI

/// An answer, taken apart.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSONValue? { try? JSONValue(parsing: text) }
    var position: Int64? { headers[HTTPField.Name.position].flatMap { Int64($0) } }
    /// The last part of a problem's type.
    var problem: String? { json?["type"]?.string.map { String($0.split(separator: ":").last ?? "") } }
    /// The pointers of what is wrong.
    var pointers: [String] { (json?["errors"]?.array ?? []).compactMap { $0["pointer"]?.string } }
    var items: [JSONValue] { json?["items"]?.array ?? [] }
    /// One member of every item.
    func values(_ name: String) -> [String?] { items.map { $0[name].map { $0.string ?? $0.text } } }
    var description: String { "\(status) \(text)" }
}

extension School {
    static let admin = FirstStart.administrator

    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        as user: String = admin,
        type: String? = nil,
        body: String? = nil,
        headers: [String: String] = [:],
        further: [(name: String, value: String)] = []
    ) async throws -> Answer {
        var fields: HTTPFields = [.authorization: "Bearer \(user)"]
        if let type { fields[.contentType] = type }
        if let body { fields[.contentLength] = String(body.utf8.count) }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        for (name, value) in further {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return try await client.execute(
            uri: target,
            method: method,
            headers: fields,
            body: body.map { ByteBuffer(string: $0) }
        ) { response in
            Answer(
                status: Int(response.status.code),
                headers: response.headers,
                text: String(buffer: response.body)
            )
        }
    }

    /// Sends events as a batch.
    func post(_ events: [Sent], as user: String = admin) async throws -> Answer {
        let body = JSONValue.array(events.map(\.json)).text
        return try await send(.post, "/events", as: user, type: "application/cloudevents-batch+json", body: body)
    }

    /// Sends one event in structured mode.
    func post(_ event: Sent, as user: String = admin) async throws -> Answer {
        try await send(.post, "/events", as: user, type: "application/cloudevents+json", body: event.json.text)
    }

    /// Reads what the read models hold once they have everything.
    func read(_ target: String, as user: String = admin, headers: [String: String] = [:]) async throws -> Answer {
        var headers = headers
        headers["X-Min-Position"] = String(try await log.store.head().size - 1)
        return try await send(.get, "/institution/" + target, as: user, headers: headers)
    }

    /// A user with permissions in a branch, by a role of their own.
    func grant(_ permissions: [String], to user: String, in branch: String) async throws {
        let context = CommandContext(actor: .user(Self.admin))
        let role = "role-\(user)-\(branch)-\(UUID().uuidString.prefix(8))"
        _ = try await access.defineRole(
            DefineRole(roleID: role, branch: branch, name: role, permissionIDs: Set(permissions).sorted()),
            context
        )
        _ = try await access.assignRoleToUser(AssignRole(userID: user, roleID: role, branch: branch), context)
    }

    /// A school with two branches, two students in each, a teacher, and a course in each.
    func furnish() async throws {
        let answer = try await post(
            ["north", "south"].flatMap { branch in
                [
                    Sent("branch-opened", branch, ["branchId": .string(branch), "name": .string(branch)]),
                    Sent("course-created", branch, ["courseId": .string("maths-\(branch)"), "title": "Maths"]),
                    Sent(
                        "teacher-created",
                        branch,
                        ["teacherId": .string("teacher-\(branch)"), "name": "Ines Moreau"]
                    ),
                ]
                    + (1...2).map { number in
                        Sent(
                            "student-created",
                            branch,
                            [
                                "studentId": .string("\(branch)-\(number)"), "gradeLevel": .string("\(number + 6)"),
                                "name": .string("Student \(number) of \(branch)"),
                                "email": .string("s\(number)@\(branch).example"),
                            ]
                        )
                    }
            }
        )
        #expect(answer.status == 200, "\(answer)")
    }
}

/// An event as a test sends it.
struct Sent: Sendable {
    var id: String
    var source = "https://sis.example"
    var type: String
    var branch: String?
    var data: JSONObject
    /// Further attributes.
    var attributes: JSONObject = [:]

    init(
        _ type: String,
        _ branch: String? = "north",
        _ data: JSONObject,
        id: String? = nil,
        _ attributes: JSONObject = [:]
    ) {
        self.type = "institution." + type
        self.branch = branch
        self.data = data
        self.attributes = attributes
        self.id = id ?? UUIDv7.generate().uuidString
    }

    static func mark(
        _ student: String,
        _ status: String = "present",
        day: String = "2026-01-12",
        id: String? = nil
    ) -> Sent {
        let branch = String(student.prefix { $0 != "-" })
        return Sent(
            "attendance-marked",
            branch,
            [
                "studentId": .string(student), "courseId": .string("maths-\(branch)"), "date": .string(day),
                "status": .string(status),
            ],
            id: id
        )
    }

    var json: JSONValue {
        var event: JSONObject = [
            "specversion": "1.0", "id": .string(id), "source": .string(source), "type": .string(type),
        ]
        if let branch { event["branch"] = .string(branch) }
        for member in attributes.members { event[member.name] = member.value }
        event["data"] = .object(data)
        return .object(event)
    }
}
