import JSON

/// Why something is called off.
struct ExportReason: JSONReadable {
    let reason: String?

    static let schema = Schema.object(
        .optional("reason", .string(StringRule(1...500, .line)).described("Goes into the log"))
    )

    init(reading reader: inout JSONReader) { reason = reader.stringIfPresent("reason", StringRule(1...500, .line)) }
}
