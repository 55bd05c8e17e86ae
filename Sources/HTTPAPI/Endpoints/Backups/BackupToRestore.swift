import JSON

/// The confirmation of a restore in place.
struct BackupToRestore: JSONReadable {
    let previewToken: String?
    let reason: String?

    static let schema = Schema.object(
        .optional(
            "previewToken",
            .string(StringRule(1...400)).described(
                "Of the answer to the same request without it, which shows what would change"
            )
        ),
        .optional("reason", .string(StringRule(1...2_000, .text)).described("Why; needed with previewToken"))
    )

    init(reading reader: inout JSONReader) {
        previewToken = reader.stringIfPresent("previewToken", StringRule(1...400, AllowedCharacters("A-Za-z0-9_\\-")))
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
        if previewToken != nil, reason?.allSatisfy(\.isWhitespace) != false {
            reader.refuse("reason", "Say why.")
        }
    }
}
