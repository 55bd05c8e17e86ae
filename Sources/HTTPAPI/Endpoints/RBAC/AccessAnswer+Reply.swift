import Access

extension Reply {
    /// A page of an answer that was asked for one more than the page holds, so that it is known whether there is more.
    static func listing<Row: Sendable>(
        _ answer: AccessAnswer<[Row]>,
        _ columns: Columns<Row>,
        page: PageRequest,
        _ context: RequestContext,
        key: (Row) -> String,
        position: (Row) -> Int64 = { _ in 0 }
    ) -> Reply {
        let rows = Array(answer.value.prefix(page.limit))
        var next: PageCursor?
        if answer.value.count > page.limit, let last = rows.last {
            next = PageCursor(position: position(last), key: key(last), asOf: answer.size)
        }
        return .listing(
            rows,
            columns,
            page: page,
            next: next,
            position: self.position(ofSize: answer.size),
            context
        )
    }
}
