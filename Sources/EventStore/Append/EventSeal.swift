import OpenSSL

/// What of an event's entry does not depend on its place: the digests of its documents, and the salt of the personal
/// one. Made on the caller's side, so that the appender has only the rest to do.
struct EventSeal: Sendable {
    let salt: [UInt8]?
    let dataDigest: Digest32
    let personalDigest: Digest32?

    init(_ event: NewEvent) throws {
        dataDigest = SHA256.hash(event.data)
        if let personal = event.personal {
            let salt = try SecureRandom.bytes(Entry.saltLength)
            self.salt = salt
            personalDigest = Entry.personalDigest(salt: salt, personal: personal)
        } else {
            salt = nil
            personalDigest = nil
        }
    }
}
