import Backups
import JSON

/// What to keep.
struct BackupsToKeep: JSONReadable {
    let retention: BackupRetention
    let repository: String?
    let isDryRun: Bool

    static let schema = Schema.object(
        .required("keep", BackupRetention.schema),
        .optional("repository", .string(StringRule.repositoryName)),
        .optional("dryRun", .boolean.described("Whether only to say what would go"))
    )

    init(reading reader: inout JSONReader) {
        retention = reader.nested("keep") { BackupRetention(reading: &$0) } ?? BackupRetention()
        repository = reader.stringIfPresent("repository", .repositoryName)
        isDryRun = reader.bool("dryRun", default: false)
        if reader.has("keep"), retention.isEmpty { reader.refuse("keep", "Say which backups are kept.") }
    }
}
