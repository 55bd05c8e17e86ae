import Exports
import JSON

/// An export to make.
struct ExportToMake<Format: NamedFormat>: JSONReadable {
    let order: ExportOrder

    static var schema: Schema { .object(Format.members + ExportOrder.members) }

    init(reading reader: inout JSONReader) {
        let format = Format.format(reading: &reader)
        order = ExportOrder(reading: &reader, as: format)
    }
}
