/// What kind of request it is, as far as limits go. Every endpoint belongs to one.
package enum RouteClass: String, Sendable, Hashable, CaseIterable {
    /// Reads of what is now or was.
    case read
    /// Whatever changes something.
    case write
    /// Long reads: of the history, of logs, exports and proofs.
    case audit
    /// Attempts to sign in that failed; no endpoint belongs to it.
    case signIn = "sign-in"
    /// What limits are read and changed by. Only policies of this very class hold here, and they have floors, so that a
    /// bad limit can always be mended.
    case limits
    /// What load balancers ask all the time and costs next to nothing. Never limited, and no policy may name it.
    case probe
    /// What monitoring asks. Held to the policies for all classes, and answered also where Redis is away; no policy may
    /// name it.
    case monitoring

    /// The place in tables by class.
    var index: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .audit: 2
        case .signIn: 3
        case .limits: 4
        case .probe: 5
        case .monitoring: 6
        }
    }
}
