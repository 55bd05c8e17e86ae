import Access

extension Reply {
    /// A page of an answer that was asked for one more than the page holds, so that it is known whether there is more.
    ///
    /// - Parameter isOfNow: whether nothing but the log decides on the answer: then whoever has that of the same position
    ///   is told that it is unchanged. It is not so for the past, of which more may be shown to the same reader later.
    static func listing<Row: Sendable>(
        _ answer: AccessAnswer<[Row]>,
        _ columns: Columns<Row>,
        page: PageRequest,
        _ context: RequestContext,
        isOfNow: Bool = false,
        key: (Row) -> String,
        position: (Row) -> Int64 = { _ in 0 }
    ) -> Reply {
        if isOfNow, let position = self.position(ofSize: answer.size),
            let unchanged = context.notModified(at: position)
        {
            return unchanged
        }
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
