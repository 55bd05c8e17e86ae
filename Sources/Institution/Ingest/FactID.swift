import Foundation
import OpenSSL

/// The event id of a fact from outside: a UUID of version 8 (RFC 9562, section 5.8) that follows from who sent it and
/// what it is called there, so that the log itself knows a repetition.
///
/// The sender is part of it: nobody can take an id of somebody else's, or learn whether it was used.
enum FactID {
    static func make(actor: String, source: String, id: String) -> UUID {
        var hash = SHA256()
        for part in [actor, source, id] { hash.update("\(part.utf8.count):\(part)") }
        var bytes = Array(hash.finalize().bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            )
        )
    }
}
