import EventStore

extension ProofBundle {
    /// What its JSON looks like: see the export format.
    static let schema = Schema.object(
        .required("format", .string().described("daybook proof 1")),
        .required("event", RecordedEvent.exportedSchema),
        .required("entry", .string().nullable.described("The text whose leaf hash it is; null where a part is gone")),
        .required("proof", .string().described("The C2SP tlog-proof of the leaf hash"))
    ).named("ProofBundle")
}

extension RecordedEvent {
    /// An event as in an export: its documents are strings that hold their exact text.
    fileprivate static let exportedSchema = Schema.object(
        .required("position", .position),
        .required("recordedAt", .timestamp),
        .required("stream", .string()),
        .required("version", .integer()),
        .required("id", .identifier),
        .required("type", .string()),
        .required("schemaVersion", .integer()),
        .required("branch", .string().nullable),
        .required("actor", .string()),
        .required("correlationId", .string().nullable),
        .required("causationId", .string().nullable),
        .required("data", .string().nullable.described("The facts; null where they were released")),
        .required("personal", .string().nullable.described("Words about people; null where there are none to be read")),
        .required("salt", .string().nullable.described("What the personal text is hashed with, in base64")),
        .required("leaf", .string().described("The leaf hash (RFC 6962), in hexadecimal")),
        .required(
            "dataDigest",
            .string().nullable.described("What stands for facts that are not here, in hexadecimal")
        ),
        .required("personalDigest", .string().nullable.described("The same of words about people"))
    ).named("ExportedEvent")
}
