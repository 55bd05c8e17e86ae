package import Foundation
import OpenSSL

/// A read model as its folder holds it: manifest and SQL.
package struct ProjectionDefinition: Sendable {
    /// What it says about itself.
    package let manifest: ProjectionManifest
    /// The name of the read model.
    package var name: String { manifest.name }
    /// SHA-256, in hexadecimal, of everything that decides what its tables hold.
    package let digest: String

    /// Tables, and the indexes that applying needs.
    let tables: String
    /// The indexes that only queries need; a rebuild makes them last.
    let indexes: String
    let apply: String
    let rewind: String?
    let preview: String?
    /// What of it auditors may read, as JSON; nothing if nil. No part of the digest: it decides nothing that tables hold.
    package let auditors: String?

    /// Reads the folder of a read model.
    ///
    /// - Throws: `ProjectionError` if a file is missing or contradicts the manifest.
    package init(folder: URL) throws {
        func file(_ name: String) -> String? {
            try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        }
        func required(_ name: String) throws -> String {
            guard let text = file(name) else {
                throw ProjectionError(.invalidDefinition, "\(folder.lastPathComponent)/\(name) is missing; add it.")
            }
            return text
        }
        try self.init(
            manifest: required("manifest.json"),
            tables: required("tables.sql"),
            indexes: file("indexes.sql") ?? "",
            apply: required("apply.sql"),
            rewind: file("rewind.sql"),
            preview: file("preview.sql"),
            auditors: file("auditors.json")
        )
        guard name == folder.lastPathComponent else {
            throw ProjectionError(
                .invalidDefinition,
                "\(folder.lastPathComponent)/manifest.json names the read model \"\(name)\"; name it like its folder."
            )
        }
    }

    /// A read model from the texts of its files.
    ///
    /// - Throws: `ProjectionError` if they contradict each other.
    package init(
        manifest: String,
        tables: String,
        indexes: String = "",
        apply: String,
        rewind: String? = nil,
        preview: String? = nil,
        auditors: String? = nil
    ) throws {
        self.manifest = try ProjectionManifest(parsing: Array(manifest.utf8))
        self.tables = tables
        self.indexes = indexes
        self.apply = apply
        self.rewind = rewind
        self.preview = preview
        self.auditors = auditors
        var hash = SHA256()
        for text in [manifest, tables, indexes, apply, rewind ?? "", preview ?? ""] {
            hash.update(Array("\(text.utf8.count):\(text)".utf8))
        }
        digest = Hex.encode(hash.finalize().bytes)
        guard self.manifest.rewinds == (rewind != nil) else {
            throw ProjectionError(
                .invalidDefinition,
                "\(self.manifest.name): a read model that rewinds needs rewind.sql, and only such a one may have it."
            )
        }
    }
}

extension ProjectionDefinition {
    /// Every read model in a directory and in the folders of it that group several, by name.
    package static func all(in directory: URL) throws -> [ProjectionDefinition] {
        let folders = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
            .filter { $0.split(separator: "/").last == "manifest.json" }
            .map { directory.appendingPathComponent($0).deletingLastPathComponent() }
        return try folders.map(ProjectionDefinition.init(folder:)).sorted { $0.name < $1.name }
    }
}
