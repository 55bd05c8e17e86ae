/// Why nothing was generated: every fault that was found, each with its file.
struct GenerationError: Error, CustomStringConvertible {
    /// The kind of fault.
    enum Code {
        /// A schema is not one that events can be generated from.
        case invalidSchema
        /// A schema that was released has been changed or removed.
        case releasedSchemaChanged
        /// A version does more than add optional fields.
        case incompatible
        /// Generated files are not what the schemas give.
        case outOfDate
        /// A file could not be read or written.
        case unreadable
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { message }
}
