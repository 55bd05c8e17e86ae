import JSON
import OpenSSL

/// The digest of every schema that was released, so that none is changed afterwards: events of it are in logs.
///
/// What only informs (titles, descriptions, examples, and the permission that reading takes) is not part of the digest
/// and can be put better at any time.
struct SchemaLock {
    /// The file, relative to the root.
    static let path = "EventSchemas/lock.json"

    private static let informative: Set<String> = [
        "title", "description", "examples", "$comment", "x-daybook-permission",
    ]

    private var digests: [String: String] = [:]

    /// Reads the lock file; without one nothing is released yet.
    init(_ bytes: [UInt8]?) throws {
        guard let bytes else { return }
        guard case .object(let object) = try JSONValue(parsing: bytes) else {
            throw GenerationError(.unreadable, "\(Self.path) is not an object of file names and digests.")
        }
        for member in object.members { digests[member.name] = member.value.string }
    }

    /// Checks that nothing released has changed, and takes in what is new.
    mutating func seal(_ schemas: [(file: SchemaFile, json: JSONValue)]) throws {
        var problems: [String] = []
        for (file, json) in schemas {
            let digest = Self.digest(of: json)
            if let released = digests[file.path], released != digest {
                problems.append("EventSchemas/\(file.path) was released and has been changed since.")
            }
            digests[file.path] = digest
        }
        let present = Set(schemas.map(\.file.path))
        for path in digests.keys.sorted() where !present.contains(path) {
            problems.append("EventSchemas/\(path) was released and is gone.")
        }
        guard problems.isEmpty else {
            throw GenerationError(
                .releasedSchemaChanged,
                """
                \(problems.joined(separator: "\n"))
                Within a version nothing changes, for logs hold events of it. Put it back as it was, and add a version with \
                further optional fields or make a new event type. (If it never left this working copy, delete its line \
                from \(Self.path).)
                """
            )
        }
    }

    /// The lock file.
    var text: String {
        let lines = digests.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \"\($0.value)\"" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }

    private static func digest(of json: JSONValue) -> String {
        SHA256.hash(canonical(json, isNameOfField: false).bytes).hex
    }

    /// The schema without what only informs, members sorted by name.
    private static func canonical(_ json: JSONValue, isNameOfField: Bool) -> JSONValue {
        switch json {
        case .object(let object):
            var result = JSONObject()
            for member in object.members.sorted(by: { $0.name < $1.name }) {
                guard isNameOfField || !informative.contains(member.name) else { continue }
                result[member.name] = canonical(
                    member.value,
                    isNameOfField: member.name == "properties" && !isNameOfField
                )
            }
            return .object(result)
        case .array(let elements):
            return .array(elements.map { canonical($0, isNameOfField: false) })
        default:
            return json
        }
    }
}
