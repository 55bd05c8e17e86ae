import JSON

/// Where to copy.
struct BackupTarget: JSONReadable {
    let repository: String

    static let schema = Schema.object(.required("repository", .string(StringRule.repositoryName)))

    init(reading reader: inout JSONReader) { repository = reader.string("repository", .repositoryName) }
}
