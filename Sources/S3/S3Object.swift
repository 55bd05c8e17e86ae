package import Time

/// An object in a bucket, as a listing or its header says.
package struct S3Object: Sendable, Hashable {
    /// Its key.
    package var key: String
    /// Its length.
    package var bytes: Int64
    /// The server's tag of its content, without quotation marks.
    package var tag: String
    /// When it was last written; by the server's clock.
    package var modifiedAt: Timestamp?
    /// Until when it can be neither removed nor replaced.
    package var lockedUntil: Timestamp?
    /// Which of its versions this is, where the bucket keeps several.
    package var version: String?
}

/// What a listing says.
package struct S3Listing: Sendable, Hashable {
    /// The objects, by key.
    package var objects: [S3Object] = []
    /// What comes before the delimiter in the keys that have one, with it.
    package var folders: [String] = []
}

/// A lock on an object (S3 Object Lock).
package struct S3Lock: Sendable, Hashable {
    /// Who may lift it.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Users with a permission of their own.
        case governance = "GOVERNANCE"
        /// Nobody.
        case compliance = "COMPLIANCE"
    }

    /// Who may lift it.
    package var mode: Mode
    /// Until when it holds.
    package var until: Timestamp

    /// A lock.
    package init(_ mode: Mode, until: Timestamp) {
        self.mode = mode
        self.until = until
    }

    /// The moment as servers want it: in whole seconds.
    var untilText: String { "\(until.rfc3339.prefix(19))Z" }
}
