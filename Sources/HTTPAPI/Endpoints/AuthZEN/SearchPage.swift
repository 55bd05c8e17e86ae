import Access
import JSON

/// Which part of what is found a search asks for (AuthZEN 1.0, section 8.2).
struct SearchPage: Sendable, Hashable {
    /// The most that one answer has, whatever is asked for.
    static let maximum = 1_000
    static let usual = 100

    /// As asked for.
    let limit: Int?
    let token: String?
    /// What is searched for, as one text: tokens belong to one search.
    let search: String

    static let schema = Schema.object(
        .optional("token", .string().described("The next_token of the page before, the rest of the request unchanged")),
        .optional("limit", .integer(0...JSONReader.safeIntegers.upperBound).described("How many results at most")),
        .optional("properties", .anyObject)
    ).open.named("AuthZENPage")

    /// - Parameter sought: the entity that is searched for, whose id does not count.
    init(_ members: MemberReader, sought: String, _ problems: inout [FieldProblem]) {
        let page = members.object("page", required: false, &problems)
        limit = page?.count("limit", &problems)
        token = page?.string("token", required: false, &problems)
        let properties = page?.object("properties", required: false, &problems)
        var search: JSONObject = ["sought": .string(sought)]
        for name in ["subject", "action", "resource"] where name != sought || name != "action" {
            guard let entity = members.object[name]?.object else { continue }
            for part in ["type", "id", "name", "properties"] where part != "id" || name != sought {
                search["\(name).\(part)"] = entity[part]
            }
        }
        search["context"] = members.object["context"]
        search["page"] = properties.map { .object($0.object) }
        var writer = JSONWriter()
        writer.inOneOrder(.object(search))
        self.search = writer.text
    }
}

/// The part as the server goes through it.
struct SearchPlace: Sendable, Hashable {
    /// How many results at most.
    let limit: Int
    /// The key of the last result of the page before; nil on the first page.
    let after: String?
    /// How many events of the log the first page took into account, where that matters.
    let asOf: Int64?

    /// How many have to be looked for to know whether there are more.
    var probe: Int { limit + 1 }
}

extension RequestContext {
    /// Opens the token of a page. Refuses one of another search, of another user or with another limit.
    func place(of page: SearchPage) throws -> SearchPlace {
        let asked = page.limit.map { min($0, SearchPage.maximum) }
        guard let token = page.token else {
            return SearchPlace(limit: asked ?? SearchPage.usual, after: nil, asOf: nil)
        }
        guard let cursor = cursors.open(token, list: list(of: page)) else {
            throw Problem(badRequest: [
                FieldProblem(
                    pointer: "/page/token",
                    "This is no next_token of this search. Repeat the search as it was, or begin again without it."
                )
            ])
        }
        let limit = Int(cursor.position)
        guard asked ?? limit == limit else {
            throw Problem(badRequest: [
                FieldProblem(pointer: "/page/limit", "The limit stays the same from page to page.")
            ])
        }
        return SearchPlace(limit: limit, after: cursor.key.isEmpty ? nil : cursor.key, asOf: cursor.asOf)
    }

    /// The token of the page behind a place; empty where there is none.
    func token(of page: SearchPage, after place: SearchPlace, next: String?, size: Int64) -> String {
        guard let next else { return "" }
        let cursor = PageCursor(position: Int64(place.limit), key: next, asOf: size)
        return cursors.seal(cursor, list: list(of: page))
    }

    private func list(of page: SearchPage) -> String { "authzen\u{0}\(actor)\u{0}\(page.search)" }
}

extension JSONWriter {
    /// A value with the members of all objects in the order of their names: the order that they came in means nothing.
    fileprivate mutating func inOneOrder(_ value: JSONValue) {
        switch value {
        case .array(let elements):
            array { writer in for element in elements { writer.inOneOrder(element) } }
        case .object(let object):
            self.object { writer in
                for member in object.members.sorted(by: { $0.name.precedesByBytes($1.name) }) {
                    writer.name(member.name)
                    writer.inOneOrder(member.value)
                }
            }
        default: self.value(value)
        }
    }
}
