import JSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything under `EventSchemas/`, read and checked.
struct SchemaFolder {
    let areas: [Area]
    let events: [EventDefinition]
    let lock: SchemaLock

    /// Reads the folder under `root`.
    ///
    /// - Throws: the first file or type that is not in order, with all that is wrong with it.
    init(root: URL) throws {
        let folder = root.appendingPathComponent("EventSchemas")
        var areas: [Area] = []
        var schemas: [(file: SchemaFile, json: JSONValue)] = []
        for areaName in try Self.names(in: folder) where areaName != "lock.json" {
            let areaFolder = folder.appendingPathComponent(areaName)
            areas.append(try Self.area(areaName, areaFolder.appendingPathComponent("area.json")))
            for name in try Self.names(in: areaFolder) where name != "area.json" {
                guard let file = SchemaFile(path: "\(areaName)/\(name)") else {
                    throw GenerationError(
                        .invalidSchema,
                        "EventSchemas/\(areaName)/\(name): a schema's name has the form <area>/<event>.v<N>.json."
                    )
                }
                schemas.append(
                    (file, try Self.json(areaFolder.appendingPathComponent(name), "EventSchemas/\(file.path)"))
                )
            }
        }
        var lock = try SchemaLock(try? Array(Data(contentsOf: folder.appendingPathComponent("lock.json"))))
        try lock.seal(schemas)
        self.lock = lock
        self.areas = areas
        events = try Self.events(schemas.map { try EventSchema(file: $0.file, json: $0.json) }, areas)
    }

    private static func events(_ schemas: [EventSchema], _ areas: [Area]) throws -> [EventDefinition] {
        let types = Dictionary(grouping: schemas, by: \.file.type)
        return try types.sorted { $0.key < $1.key }.compactMap { _, schemas in
            let versions = schemas.sorted { $0.file.version < $1.file.version }
            try Compatibility.check(versions)
            guard let newest = versions.last, let area = areas.first(where: { $0.name == newest.file.area }) else {
                return nil
            }
            return EventDefinition(area: area, versions: versions, newest: newest)
        }
    }

    private static func area(_ name: String, _ file: URL) throws -> Area {
        var reader = JSONReader(try json(file, "EventSchemas/\(name)/area.json"))
        let namespace = reader.string("namespace", StringRule(1...40, AllowedCharacters("A-Za-z")))
        let description = reader.string("description", StringRule(1...300))
        do throws(JSONDecodingError) {
            try reader.finish()
        } catch {
            throw GenerationError(.invalidSchema, "EventSchemas/\(name)/area.json: \(error)")
        }
        return Area(name: name, namespace: namespace, description: description)
    }

    private static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func json(_ file: URL, _ name: String) throws -> JSONValue {
        guard let bytes = try? Data(contentsOf: file) else {
            throw GenerationError(.unreadable, "\(name) cannot be read.")
        }
        do throws(JSONParsingError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw GenerationError(.invalidSchema, "\(name) is not JSON: \(error)")
        }
    }
}
