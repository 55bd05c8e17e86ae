package import Time

/// A file in a storage.
package struct StoredExport: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// When it was written.
    package var changedAt: Timestamp

    /// A file.
    package init(name: String, changedAt: Timestamp) {
        self.name = name
        self.changedAt = changedAt
    }
}
