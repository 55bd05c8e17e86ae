import Foundation
import Testing

/// What holds of all statements in files.
@Suite struct StatementTests {
    private static var statements: [(path: String, text: String)] {
        get throws {
            let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
                .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            return try ["Sources", "Projections"].flatMap { folder in
                let files = FileManager.default.enumerator(
                    at: root.appendingPathComponent(folder),
                    includingPropertiesForKeys: nil
                )
                return try (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "sql" }
                    .map { ($0.path, try String(contentsOf: $0, encoding: .utf8)) }
            }
        }
    }

    /// Read models keep names by bytes, the log in the order of its database. Compared with one another as they are, no
    /// index of the log can be used, and all of it is read for each row.
    @Test func aStreamIsFoundByANameOfAReadModelInTheLogsOwnCollation() throws {
        let statements = try Self.statements
        #expect(statements.count > 100)
        var seen = 0
        for (path, text) in statements {
            for line in text.split(separator: "\n") where line.contains(/\.stream = .*\|\|/) {
                seen += 1
                #expect(line.contains("collate \"default\""), "\(path): \(line)")
            }
        }
        #expect(seen >= 4)
    }
}
