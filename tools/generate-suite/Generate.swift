import ArgumentParser

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Generates Swift types, SQL views and the catalogue page from the event schemas.
@main
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Generates Swift types, SQL views and the catalogue page from EventSchemas.",
        discussion: """
            Refuses schemas that were changed after their release, and new versions that do more than add optional fields.
            """
    )

    @Flag(help: "Change nothing; name the files that are not up to date, and exit with 1 if there are any.")
    var check = false

    @Option(help: "The root of the repository.")
    var root = "."

    func run() throws {
        let root = URL(fileURLWithPath: root)
        let files = GeneratedFiles(try SchemaFolder(root: root))
        guard check else {
            for path in try files.write(under: root) { print("wrote \(path)") }
            return
        }
        let differences = files.differences(under: root)
        guard differences.isEmpty else {
            let list = differences.map { "  \($0)" }.joined(separator: "\n")
            throw GenerationError(
                .outOfDate,
                "These files are not up to date; run tools/generate and commit what it writes:\n\(list)"
            )
        }
    }
}
