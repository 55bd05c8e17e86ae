import COpenSSL

/// Owns one reference to a key of the library.
///
/// `@unchecked Sendable`: the pointer never changes, and a key that nobody alters may be used from several
/// threads at once (openssl-threads(7)).
final class KeyReference: @unchecked Sendable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        EVP_PKEY_free(pointer)
    }
}
