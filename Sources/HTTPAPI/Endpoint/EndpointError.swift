/// A mistake in the declaration of an endpoint or in its handler. Clients hear of an internal error.
package struct EndpointError: Error, Sendable, CustomStringConvertible {
    /// What to change in the code.
    package let message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
