import OpenSSL

/// How the log keeps what an idempotency key was used for: as a digest of the request under a secret of the signing key.
///
/// The row stays for ever, and the request may hold personal text: by a plain digest whoever has the database could find out
/// what was erased, by guessing.
struct RequestDigests: Sendable {
    /// Under which digests are recorded.
    let current: [UInt8]
    /// Under which they were recorded before the signing key was rotated. Asked for only where nothing else matches: it takes all
    /// keys, and appends need the current one alone.
    let others: @Sendable () throws -> [[UInt8]]

    /// Where it cannot be told whether it is the same request.
    static let unavailable = AppendError(
        .unavailable,
        "The log's earlier keys cannot be read, which it takes to know this request again; an operator has to look."
    )

    /// The key as it is recorded.
    func sealed(_ key: IdempotencyKey) -> IdempotencyKey {
        IdempotencyKey(scope: key.scope, key: key.key, requestDigest: digest(of: key, under: current))
    }

    /// Whether what was recorded is the request of the key: under any secret here, or as earlier releases recorded it,
    /// under none.
    ///
    /// - Throws: ``KeyStoreError`` where another key would be needed to tell, and cannot be read.
    func matches(_ recorded: [UInt8], _ key: IdempotencyKey) throws -> Bool {
        if recorded == key.requestDigest || recorded == digest(of: key, under: current) { return true }
        return try others().contains { recorded == digest(of: key, under: $0) }
    }

    private func digest(of key: IdempotencyKey, under secret: [UInt8]) -> [UInt8] {
        HMAC.sha256(key: secret, message: key.requestDigest).bytes
    }
}

extension KeyStore {
    /// What the digests of requests are recorded under, and were.
    ///
    /// - Throws: ``KeyStoreError`` where there is no key.
    func requestDigests() throws -> RequestDigests {
        let purpose = "idempotency"
        return RequestDigests(current: try secret(for: purpose)) { try self.secrets(for: purpose).others }
    }
}
