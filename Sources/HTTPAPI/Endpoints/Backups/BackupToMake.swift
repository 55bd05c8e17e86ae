import Backups
import JSON

/// A backup to make.
struct BackupToMake: JSONReadable {
    let order: BackupOrder

    static let schema = Schema.object(
        .required("kind", .oneOf(BackupManifest.Kind.allCases.map(\.rawValue))),
        .optional("repository", .string(StringRule.repositoryName).described("Where; the usual one if left out")),
        .optional(
            "baseId",
            .string(StringRule.backupName).described("What an incremental one goes on from; the newest if left out")
        ),
        .optional("description", .string(StringRule(1...500, .text))),
        .optional("escrowKeys", .boolean.described("Whether the keys that sign the log are put in"))
    )

    init(reading reader: inout JSONReader) {
        let kind: BackupManifest.Kind? = reader.choiceIfPresent("kind")
        if kind == nil, !reader.has("kind") { reader.refuse("kind", "Say full or incremental.") }
        order = BackupOrder(
            kind ?? .full,
            repository: reader.stringIfPresent("repository", .repositoryName),
            baseID: reader.stringIfPresent("baseId", .backupName),
            summary: reader.stringIfPresent("description", StringRule(1...500, .text)),
            escrowsKeys: reader.bool("escrowKeys", default: false)
        )
        if order.kind == .full, order.baseID != nil { reader.refuse("baseId", "A full backup goes on from none.") }
    }
}
