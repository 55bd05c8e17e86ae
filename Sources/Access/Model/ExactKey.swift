import JSON

/// An id as a dictionary key, hashed and compared by its bytes.
///
/// Swift's `==` on strings also holds for canonically equivalent texts. Were it used for ids, whoever signs in as the
/// decomposed spelling of "José" would have the roles of the composed one, which PostgreSQL keeps apart.
typealias ExactKey = ExactString

extension ExactKey {
    /// Whether two texts are the same bytes.
    static func same(_ left: String, _ right: String) -> Bool { left.hasSameBytes(as: right) }
}
