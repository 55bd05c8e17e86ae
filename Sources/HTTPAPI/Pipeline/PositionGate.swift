/// Holds a request back until this replica has seen a position: the seam behind `X-Min-Position`.
package protocol PositionGate: Sendable {
    /// Returns once every answer of this replica includes the event at `position`.
    ///
    /// Throws, best a ``Problem/unavailable(retryAfter:_:)``, if that takes longer than the gate is willing to wait.
    func wait(for position: Int64) async throws
}
