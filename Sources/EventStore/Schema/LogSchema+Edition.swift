extension LogSchema {
    /// Which state of the files that may run again this is, recorded beside them: raised by one whenever one of them changes.
    /// Without it an older release would take a later one's for files of its own that are to run again.
    static let edition = 1

    /// What is recorded of an edition.
    static func name(ofEdition edition: Int) -> String { "edition \(edition)" }

    /// What a database is said to have run that this release does not know.
    static func unknown(_ applied: [String: [UInt8]]) throws -> [String] {
        let names = Set(try schemaFiles().map(\.name) + (1...edition).map { name(ofEdition: $0) })
        return applied.keys.filter { !names.contains($0) }.sorted()
    }

    /// Refuses a database that a later release has migrated.
    static func refuseLater(_ applied: [String: [UInt8]]) throws {
        let unknown = try unknown(applied).joined(separator: ", ")
        guard unknown.isEmpty else {
            throw SchemaError(
                message: "A later release of Daybook has migrated this database (\(unknown)); it was left as it is. "
                    + "Run the newest release that was used here."
            )
        }
    }
}
