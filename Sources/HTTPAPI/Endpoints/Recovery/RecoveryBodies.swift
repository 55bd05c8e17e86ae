import JSON
import Recovery

/// The moment to go back to: by position or by time.
struct PreviewRequest: JSONReadable {
    let target: RestoreTarget

    static let schema = Schema.object(
        .optional("toPosition", .position.described("The last position that is to stay in force")),
        .optional("toTimestamp", .timestamp.described("In place of toPosition: what was recorded by then stays"))
    )

    init(reading reader: inout JSONReader) {
        let position = reader.integerIfPresent("toPosition", in: 0...JSONReader.safeIntegers.upperBound)
        let time = reader.timestampIfPresent("toTimestamp")
        let hasBoth = reader.has("toPosition") && reader.has("toTimestamp")
        if hasBoth { reader.refuse("toTimestamp", "Give either toPosition or toTimestamp, not both.") }
        if !reader.has("toPosition"), !reader.has("toTimestamp") {
            reader.refuse("toPosition", "Give toPosition or toTimestamp.")
        }
        target = time.map { .time($0) } ?? .position(position ?? 0)
    }

    /// Where the moment stands in the body.
    var pointer: String {
        switch target {
        case .position: "/toPosition"
        case .time: "/toTimestamp"
        }
    }
}

/// The confirmation of a preview.
struct RestoreRequest: JSONReadable {
    let previewToken: String
    let reason: String

    private static let tokenRule = StringRule(1...400, AllowedCharacters("A-Za-z0-9_\\-"))
    private static let reasonRule = StringRule(1...2_000, .text)

    static let schema = Schema.object(
        .required("previewToken", .string(tokenRule).described("Of the preview that is confirmed")),
        .required("reason", .string(reasonRule).described("Why; it goes into the log"))
    )

    init(reading reader: inout JSONReader) {
        previewToken = reader.string("previewToken", Self.tokenRule)
        reason = reader.string("reason", Self.reasonRule)
        if !reason.isEmpty, reason.allSatisfy(\.isWhitespace) { reader.refuse("reason", "A reason says something.") }
    }
}
