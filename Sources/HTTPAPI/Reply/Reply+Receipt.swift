import EventStore

extension Reply {
    /// Where the events of a command are: `{"receipt": {…}}`.
    static func receipt(_ receipt: Receipt) -> Reply {
        .json(position: receipt.events.last?.position) {
            $0.object { writer in
                writer.name("receipt")
                receipt.write(to: &writer)
            }
        }
    }
}
