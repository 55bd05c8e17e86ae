#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What is generated, by path below the root, and how it stands to what is on disk.
struct GeneratedFiles {
    /// The folder that holds generated files and nothing else.
    private static let folder = "Sources/Events/Generated"

    let texts: [String: String]

    init(_ schemas: SchemaFolder) {
        var texts: [String: String] = [
            SchemaLock.path: schemas.lock.text,
            "\(Self.folder)/SQL/views.sql": ViewsSQL(events: schemas.events).text,
            "docs/event-catalogue.md": CataloguePage(areas: schemas.areas, events: schemas.events).text,
        ]
        let catalogue = CatalogueSource(areas: schemas.areas, events: schemas.events)
        texts["\(Self.folder)/\(catalogue.fileName)"] = catalogue.text
        for event in schemas.events {
            let payload = PayloadSource(event: event)
            texts["\(Self.folder)/\(payload.fileName)"] = payload.text
        }
        self.texts = texts
    }

    /// Paths of files that are missing, differ, or should not be there.
    func differences(under root: URL) -> [String] {
        let stale = texts.filter { path, text in
            (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) != text
        }
        return (stale.keys + surplus(under: root)).sorted()
    }

    /// Brings the files on disk up to date.
    ///
    /// - Returns: the paths of those that changed.
    func write(under root: URL) throws -> [String] {
        let changed = differences(under: root)
        for path in changed {
            let file = root.appendingPathComponent(path)
            if let text = texts[path] {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(text.utf8).write(to: file, options: .atomic)
            } else {
                try FileManager.default.removeItem(at: file)
            }
        }
        return changed
    }

    private func surplus(under root: URL) -> [String] {
        let folder = root.appendingPathComponent(Self.folder)
        let present = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return present.map { "\(Self.folder)/\($0)" }.filter { path in
            texts[path] == nil && (path.hasSuffix(".swift") || path.hasSuffix(".sql"))
        }
    }
}
