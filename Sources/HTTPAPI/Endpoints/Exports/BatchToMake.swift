import Exports
import JSON
import Time

/// Exports to make together.
struct BatchToMake: JSONReadable {
    let orders: [ExportOrder]
    let notBefore: Timestamp?

    static let schema = Schema.object(
        .required("exports", .array(of: ExportToMake<AnyFormat>.schema, count: 1...50)),
        .optional("notBefore", .timestamp.described("None is made before this"))
    )

    init(reading reader: inout JSONReader) {
        orders = reader.list("exports", count: 1...50) { ExportToMake<AnyFormat>(reading: &$0).order }
        notBefore = reader.timestampIfPresent("notBefore")
    }
}
