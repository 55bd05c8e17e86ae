/// Duties that are kept separate (ANSI INCITS 359: SSD and DSD sets).
package struct Separation: Sendable, Hashable {
    /// When too many of the roles are too many.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Nobody has so many of them in one place at one time.
        case `static`
        /// Nobody has so many of them active at once.
        case dynamic
    }

    /// The separation's id.
    package var id: String
    /// Of which roles: those that users have, or those that are active.
    package var kind: Kind
    /// What it is called.
    package var name: String
    /// The roles that are kept separate, by id.
    package var roleIDs: [String]
    /// So many of them are too many.
    package var cardinality: Int
    /// The version of the separation's stream.
    package var version: Int64
}
