import OpenSSL
import Synchronization

/// The keys that were made of words, so that a chain of thousands of backups is not opened by thousands of derivations: each
/// takes 64 MB and a quarter of a second.
///
/// Keys are kept in memory for as long as this is there, a few of them; the words are there as long.
final class PassphraseKeys: Sendable {
    private struct Origin: Hashable {
        var words: String
        var derivation: BackupLock.Derivation
    }

    private struct Made {
        /// The latest last.
        var keys: [(origin: Origin, key: EncryptionKey)] = []
        /// What new locks are made with, by the words.
        var derivations: [String: BackupLock.Derivation] = [:]
        var count = 0
    }

    private static let limit = 64
    private let made = Mutex(Made())

    /// How many were derived.
    var count: Int { made.withLock { $0.count } }

    /// The key that is made of words so.
    func key(of words: String, _ derivation: BackupLock.Derivation) throws -> EncryptionKey {
        let origin = Origin(words: words, derivation: derivation)
        let known: EncryptionKey? = made.withLock { made in
            guard let index = made.keys.firstIndex(where: { $0.origin == origin }) else { return nil }
            // The one that is used stays; what a stranger's salts were made into goes.
            let found = made.keys.remove(at: index)
            made.keys.append(found)
            return found.key
        }
        if let known { return known }
        let key = try EncryptionKey(
            bytes: derivation.scrypt.key(from: words, salt: derivation.salt, length: AES256GCM.keyLength),
            label: "backup"
        )
        made.withLock { made in
            made.count += 1
            if made.keys.count >= Self.limit { made.keys.removeFirst() }
            made.keys.append((origin, key))
        }
        return key
    }

    /// How the keys of new locks are made of words: with one salt for all of this process, so that the backups of a chain
    /// are opened by one key. It only wraps: every backup has a random key of its own, wrapped under a random nonce.
    func derivation(for words: String) throws -> BackupLock.Derivation {
        let fresh = BackupLock.Derivation(scrypt: .recommended, salt: try SecureRandom.bytes(16))
        return made.withLock { made in
            if let known = made.derivations[words] { return known }
            made.derivations[words] = fresh
            return fresh
        }
    }
}
