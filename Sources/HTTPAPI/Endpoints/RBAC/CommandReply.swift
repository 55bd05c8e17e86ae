import Access
import EventStore
import HTTPTypes
import JSON

extension Schema {
    /// What a command answers: the thing as it is now, and where its events are.
    static func commanded(_ name: String, _ thing: Schema) -> Schema {
        .object(.required(name, thing), .optional("receipt", Receipt.schema))
    }

    /// What a command answers that leaves nothing to show.
    static let receipt = Schema.object(.optional("receipt", Receipt.schema))
}

extension Reply {
    /// The answer to a command: the thing as it is now, and where its events are; without a receipt when everything
    /// was already as asked.
    static func commanded<Row>(
        _ status: HTTPResponse.Status,
        _ outcome: CommandOutcome,
        _ name: String,
        _ row: Row,
        _ columns: Columns<Row>
    ) -> Reply {
        .json(status, position: position(ofSize: outcome.size)) { writer in
            writer.object { writer in
                writer.name(name)
                columns.write(row, to: &writer)
                outcome.writeReceipt(to: &writer)
            }
        }
    }

    /// The answer to a command that leaves nothing to show but where its events are.
    static func commanded(_ status: HTTPResponse.Status, _ outcome: CommandOutcome) -> Reply {
        .json(status, position: position(ofSize: outcome.size)) { writer in
            writer.object { outcome.writeReceipt(to: &$0) }
        }
    }
}

extension CommandOutcome {
    func writeReceipt(to writer: inout JSONWriter) {
        guard let receipt else { return }
        writer.name("receipt")
        receipt.write(to: &writer)
    }
}
