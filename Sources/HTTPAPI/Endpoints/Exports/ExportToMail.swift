import Exports
import JSON

/// Whom to send an export to.
struct ExportToMail: JSONReadable {
    let recipients: [String]
    let format: ExportFormat?

    static let schema = Schema.object(
        .required("recipients", .array(of: .string(ExportOrder.address), count: 1...50)),
        .optional("format", .oneOf(ExportFormat.allCases.map(\.rawValue)).described("As what; as it is if left out"))
    )

    init(reading reader: inout JSONReader) {
        recipients = reader.strings("recipients", each: ExportOrder.address, count: 1...50)
        format = reader.choiceIfPresent("format")
    }
}
