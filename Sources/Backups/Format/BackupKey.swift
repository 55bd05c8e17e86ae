import Files
import OpenSSL

/// What somebody keeps so that backups can be read: the file of a key, or words.
package enum BackupSecret: Sendable {
    /// The path of a file with 64 hexadecimal digits, closed to others than its owner.
    case file(String)
    /// Words, of which a key is made by scrypt (RFC 7914).
    case passphrase(String)
}

/// The keys that are there: the first is what new backups are locked with, all of them open old ones.
package struct BackupKeys: Sendable {
    /// The secrets, the one in use first.
    package var secrets: [BackupSecret]
    /// Shared by all copies.
    let passphraseKeys = PassphraseKeys()

    /// Keys; none where backups are not encrypted.
    package init(_ secrets: [BackupSecret] = []) {
        self.secrets = secrets
    }

    /// Locks the key of a new backup. Nil where there is no secret.
    func lock(backupID: String) throws -> (lock: BackupLock, cipher: AES256GCM)? {
        guard let secret = secrets.first else { return nil }
        let data = try SecureRandom.bytes(AES256GCM.keyLength)
        var derivation: BackupLock.Derivation?
        let key: EncryptionKey
        switch secret {
        case .file(let path):
            key = try Self.key(file: path)
        case .passphrase(let words):
            let made = try passphraseKeys.derivation(for: words)
            derivation = made
            key = try passphraseKeys.key(of: words, made)
        }
        let wrapped = try key.cipher.seal(data, context: Self.context(backupID))
        return (
            BackupLock(keyID: key.id, wrappedKey: wrapped, derivation: derivation), try AES256GCM(key: data)
        )
    }

    /// Opens the lock of a backup.
    ///
    /// - Throws: ``BackupError`` where none of the keys fits.
    func open(_ lock: BackupLock, backupID: String) throws -> AES256GCM {
        for secret in secrets {
            let key: EncryptionKey
            switch (secret, lock.derivation) {
            case (.file(let path), nil): key = try Self.key(file: path)
            case (.passphrase(let words), let derivation?): key = try passphraseKeys.key(of: words, derivation)
            default: continue
            }
            guard key.id == lock.keyID else { continue }
            do {
                return try AES256GCM(key: key.cipher.open(lock.wrappedKey, context: Self.context(backupID)))
            } catch {
                throw BackupError(.damaged, "The key in the manifest of \(backupID) was altered.")
            }
        }
        throw BackupError(
            .locked,
            "The backup \(backupID) is locked with the key \(lock.keyID)"
                + (lock.derivation == nil ? "" : ", made of a passphrase")
                + (secrets.isEmpty ? "; no key was given." : "; none of the keys given is that one.")
        )
    }

    /// Refuses a backup that none of the keys opens.
    package func check(_ backup: BackupOutline) throws {
        if let lock = backup.lock { _ = try open(lock, backupID: backup.backupID) }
    }

    private static func key(file path: String) throws -> EncryptionKey {
        let text: String
        do { text = try ClosedFile.text(path) } catch {
            switch error {
            case .unreadable: throw BackupError(.inaccessible, "The backup key file cannot be read.", detail: path)
            case .exposed:
                throw BackupError(
                    .inaccessible,
                    "The backup key file can be used by others than its owner.",
                    detail: "run: chmod go= '\(path)'"
                )
            }
        }
        guard let key = EncryptionKey(hexadecimal: text, label: "backup") else {
            throw BackupError(
                .inaccessible,
                "The backup key file does not hold 64 hexadecimal digits.",
                detail: path
            )
        }
        return key
    }

    private static func context(_ backupID: String) -> [UInt8] { Array("daybook backup 1 key \(backupID)".utf8) }
}

/// The key of a backup, locked with one that somebody keeps.
package struct BackupLock: Sendable, Hashable {
    /// How a key is made of words.
    struct Derivation: Sendable, Hashable {
        var scrypt: Scrypt
        var salt: [UInt8]
    }

    /// Which key it is locked with, and nothing else of it.
    package var keyID: String
    var wrappedKey: [UInt8]
    var derivation: Derivation?
}
