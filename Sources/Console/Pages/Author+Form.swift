import EventStore
import HTTPAPI
import OpenSSL

extension Author {
    /// Whoever sends a form: sent again as it is, it does nothing more, and is answered as the first time.
    ///
    /// - Parameters:
    ///   - once: what the form was given when it was made; empty where it was given nothing, and is done each time.
    ///   - parts: what it is for, and all that was filled in.
    init(_ context: RequestContext, once: String, _ parts: [String]) {
        self.init(context)
        if once.isEmpty { return }
        // No part has a NUL: forms bring none.
        let digest = SHA256.hash(Array(([once] + parts).joined(separator: "\0").utf8))
        idempotency = .init(scope: context.actor, key: "console \(digest.hex)", requestDigest: digest.bytes)
    }
}
