/// Where a page ended: what the next page goes on from.
///
/// Clients get it sealed (``CursorSeal``) and cannot make or change one.
package struct PageCursor: Sendable, Hashable {
    /// The position, or another number, of the last thing on the page.
    package var position: Int64
    /// The key of the last thing, for lists that are ordered by one.
    package var key: String
    /// The position that the first page was answered from, so that all pages tell of one moment.
    package var asOf: Int64?

    /// A place in a list.
    package init(position: Int64 = 0, key: String = "", asOf: Int64? = nil) {
        self.position = position
        self.key = key
        self.asOf = asOf
    }
}
