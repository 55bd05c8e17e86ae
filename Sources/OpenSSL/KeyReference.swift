import COpenSSL

/// Owns one reference to a key of the library.
final class KeyReference: Sendable {
    // Never written after creation; a key that nobody alters may be used by several threads at once (openssl-threads(7)).
    nonisolated(unsafe) let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        EVP_PKEY_free(pointer)
    }
}
