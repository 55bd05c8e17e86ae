import Access

extension Reply {
    /// A page of an answer that was asked for one more than the page holds, so that it is known whether there is more.
    ///
    /// - Parameter isOfNow: whether whoever has the same content of the same position is told that it is unchanged. The
    ///   position alone does not say so: branches, session and clock decide as well.
    static func listing<Row: Sendable>(
        _ answer: AccessAnswer<[Row]>,
        _ columns: Columns<Row>,
        page: PageRequest,
        _ context: RequestContext,
        isOfNow: Bool = false,
        key: (Row) -> String,
        position: (Row) -> Int64 = { _ in 0 }
    ) -> Reply {
        let rows = Array(answer.value.prefix(page.limit))
        var next: PageCursor?
        if answer.value.count > page.limit, let last = rows.last {
            next = PageCursor(position: position(last), key: key(last), asOf: answer.size)
        }
        let position = self.position(ofSize: answer.size)
        let reply = listing(rows, columns, page: page, next: next, position: position, context)
        guard isOfNow, let position else { return reply }
        return context.conditional(reply, made: position, holdsAt: position)
    }
}
