import Backups
import JSON

/// How closely to look.
struct BackupToVerify: JSONReadable {
    let depth: BackupReport.Depth
    let repository: String?

    static let schema = Schema.object(
        .optional("depth", .oneOf(BackupReport.Depth.allCases.map(\.rawValue)).described("full if left out")),
        .optional("repository", .string(StringRule.repositoryName))
    )

    init(reading reader: inout JSONReader) {
        depth = reader.choiceIfPresent("depth") ?? .full
        repository = reader.stringIfPresent("repository", .repositoryName)
    }
}
