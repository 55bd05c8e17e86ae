/// Why a restore, or its preview, is refused. Nothing was changed.
package struct RecoveryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason.
    package enum Code: Sendable, Hashable {
        /// The log has no event at that moment, or was not at rest between two appends.
        case noSuchMoment
        /// The token is not one that a preview of this actor gave.
        case unknownPreview
        /// What the preview showed has changed since.
        case outdatedPreview
        /// Nobody would be left who can administer.
        case lastAdministrator
        /// Others kept changing what was to be previewed.
        case contended
    }

    /// The reason.
    package var code: Code
    /// A sentence that tells the caller what to do.
    package var message: String

    /// A reason and its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
