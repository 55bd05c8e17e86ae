import EventStore
import JSON
import OpenSSL
import Recovery

extension RestorePreview {
    static let schema = Schema.object(
        .required("toPosition", .position),
        .optional("toTimestamp", .timestamp),
        .required("recordedAt", .timestamp.described("When the event at toPosition was recorded")),
        .required("position", .position.described("The position that this was worked out at")),
        .required("changes", .array(of: RestoredThings.schema)),
        .required("administrators", .array(of: .identifier).described("Who could administer afterwards, the first 20")),
        .required("allowed", .boolean),
        .optional("obstacle", .string().described("Why a restore would be refused")),
        .required("previewToken", .string()),
        .required("receipt", Receipt.schema)
    ).named("RestorePreview")

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("toPosition", findings.toPosition)
            if let time = findings.toTimestamp { writer.member("toTimestamp", time) }
            writer.member("recordedAt", findings.recordedAt)
            writer.member("position", findings.size - 1)
            writer.member("changes", array: { writer in for thing in findings.things { thing.write(to: &writer) } })
            writer.member("administrators", findings.administrators)
            writer.member("allowed", findings.obstacle == nil)
            if let obstacle = findings.obstacle { writer.member("obstacle", obstacle) }
            writer.member("previewToken", token)
            writer.name("receipt")
            receipt.write(to: &writer)
        }
    }
}

extension RestoredThings {
    static let schema = Schema.object(
        .required("projection", .string().described("The read model")),
        .required("thing", .string().described("The kind of thing")),
        .required("added", .integer().described("How many would hold again")),
        .required("removed", .integer().described("How many would hold no more")),
        .required("changed", .integer().described("How many would hold otherwise")),
        .required("rows", .array(of: RestoredRow.schema)),
        .required("isComplete", .boolean.described("Whether rows holds all of them"))
    ).named("RestoredThings")

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("projection", projection)
            writer.member("thing", thing)
            writer.member("added", added)
            writer.member("removed", removed)
            writer.member("changed", changed)
            writer.member("rows", array: { writer in for row in rows { row.write(to: &writer) } })
            writer.member("isComplete", rows.count == count)
        }
    }
}

extension RestoredRow {
    static let schema = Schema.object(
        .required("change", .choice(Change.self)),
        .required("label", .string()),
        .required("key", .anyObject.described("What identifies the thing")),
        .optional("before", .anyObject.described("What holds now")),
        .optional("after", .anyObject.described("What would hold"))
    ).named("RestoredRow")

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("change", change.rawValue)
            writer.member("label", label)
            writer.member("key", .object(key))
            if let before { writer.member("before", .object(before)) }
            if let after { writer.member("after", .object(after)) }
        }
    }
}

extension Receipt {
    /// Where a command's event is in the log.
    static let schema = Schema.object(
        .required("position", .position),
        .required("leaf", .string().described("The leaf hash, in hexadecimal")),
        .required("checkpointSize", .integer().described("The size of the first checkpoint that covers it")),
        .required("recordedAt", .timestamp),
        .required("isReplay", .boolean.described("Whether the same request had been carried out before"))
    ).named("Receipt")

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if let last = events.last {
                writer.member("position", last.position)
                writer.member("leaf", last.leaf.hex)
            }
            writer.member("checkpointSize", checkpointSize)
            writer.member("recordedAt", recordedAt)
            writer.member("isReplay", isReplay)
        }
    }
}
