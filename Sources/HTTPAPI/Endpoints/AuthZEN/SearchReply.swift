import Access
import JSON

extension Reply {
    /// The answer to a search (AuthZEN 1.0, section 8.3): the page first, as the standard recommends.
    static func found<Row>(
        _ findings: AccessFindings<Row>,
        _ page: SearchPage,
        at place: SearchPlace,
        _ context: RequestContext,
        _ write: (Row, inout JSONWriter) -> Void
    ) -> Reply {
        let position = position(ofSize: findings.size)
        return .json(position: position) { writer in
            writer.object { writer in
                writer.member(
                    "page",
                    object: { writer in
                        writer.member(
                            "next_token",
                            context.token(of: page, after: place, next: findings.next, size: findings.size)
                        )
                        writer.member("count", findings.rows.count)
                    }
                )
                if let position {
                    writer.member("context", object: { writer in writer.member("position", position) })
                }
                writer.member(
                    "results",
                    array: { writer in
                        for row in findings.rows { writer.object { write(row, &$0) } }
                    }
                )
            }
        }
    }
}

extension Output {
    /// What a search answers.
    static func found(_ result: Schema) -> Output {
        .json(
            .ok,
            .object(
                .required(
                    "page",
                    .object(
                        .required("next_token", .string().described("Empty on the last page")),
                        .required("count", .integer())
                    ).open
                ),
                .optional("context", .object(.required("position", .position)).open),
                .required("results", .array(of: result))
            ).open,
            "A page of what was found."
        )
    }
}

extension AccessFindings {
    /// The part of a whole list that a place asks for; the list is in the order of the bytes of its keys.
    init(_ all: [Row], at place: SearchPlace, size: Int64, key: (Row) -> String) {
        let rest = all.drop { row in place.after.map { !$0.precedesByBytes(key(row)) } ?? false }
        self.init(first: rest.prefix(place.probe), at: place, size: size, key: key)
    }

    /// A page of what lies behind a place, of which one more is given than the page holds if there is more.
    init(first rows: some Collection<Row>, at place: SearchPlace, size: Int64, key: (Row) -> String) {
        let shown = Array(rows.prefix(place.limit))
        // A page without room goes on from where it began.
        let next = rows.count > shown.count ? shown.last.map(key) ?? place.after ?? "" : nil
        self.init(shown, next: next, size: size)
    }
}
