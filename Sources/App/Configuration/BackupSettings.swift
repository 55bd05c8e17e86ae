package import Backups
import Foundation

/// Where backups go, and with which keys.
package struct BackupSettings: Sendable, Equatable {
    /// A repository.
    package struct Repository: Sendable, Equatable {
        /// Where it is.
        package enum Place: Sendable, Equatable {
            /// In a directory.
            case directory(String)
            /// In a bucket.
            case bucket(BucketSettings)
        }

        package var name: String
        package var place: Place
    }

    /// The usual one first.
    package var repositories: [Repository]
    /// The files of keys, the one in use first.
    package var keyFiles: [String]
    /// A file with words, of which keys are made.
    package var passphraseFile: String?
    /// Whether backups may be made without a key.
    package var allowsPlain: Bool
    /// After how many days a restore is rehearsed again; nil for never.
    package var rehearsalDays: Int?
    /// How large a log may be for that; nil for any.
    package var rehearsalBytes: Int64?
    /// How buckets are reached.
    package var access: BucketAccess

    /// The storages of the repositories, the usual one first.
    package func storages() throws -> [any BackupStorage] { try repositories.map { try storage($0) } }

    private func storage(_ repository: Repository) throws -> any BackupStorage {
        switch repository.place {
        case .directory(let path): DirectoryStorage(name: repository.name, path: path)
        case .bucket(let bucket):
            BucketStorage(
                name: repository.name,
                objects: try access.objects(bucket),
                lockDays: bucket.lock == nil ? nil : bucket.lockDays
            )
        }
    }

    /// How much goes where.
    package var limits: BackupLimits {
        var limits = BackupLimits()
        limits.rehearsal = rehearsalBytes
        return limits
    }

    /// The keys, for new backups and old ones.
    package func keys() throws -> BackupKeys {
        var secrets = keyFiles.map { BackupSecret.file($0) }
        if let passphraseFile {
            let words = try SecretFile.read(passphraseFile, for: .backupPassphraseFile).reveal()
            guard words.utf8.count >= 12 else {
                throw SecretFile.refuse(.backupPassphraseFile, "has to have 12 characters or more.")
            }
            secrets.append(.passphrase(words))
        }
        return BackupKeys(secrets)
    }
}

extension ConfigurationSource {
    mutating func backupSettings(dataDirectory: String) -> BackupSettings {
        enum Switch: String, CaseIterable { case on, off }
        return BackupSettings(
            repositories: repositories(dataDirectory),
            keyFiles: (text(.backupKeyFile) ?? "").split(separator: ",").map(String.init),
            passphraseFile: text(.backupPassphraseFile),
            allowsPlain: choice(.backupPlain, Switch.allCases, named: \.rawValue) == .on,
            rehearsalDays: text(.rehearsalDays) == nil ? nil : integer(.rehearsalDays, in: 1...366),
            rehearsalBytes: text(.rehearsalBytes) == nil ? nil : Int64(integer(.rehearsalBytes, in: 1...Int.max)),
            access: bucketAccess()
        )
    }

    private mutating func repositories(_ dataDirectory: String) -> [BackupSettings.Repository] {
        guard let text = text(.backupRepositories) else {
            return [BackupSettings.Repository(name: "main", place: .directory("\(dataDirectory)/backups"))]
        }
        var repositories: [BackupSettings.Repository] = []
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            let isName = pair[0].utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
            guard pair.count == 2, isName, (1...60).contains(pair[0].utf8.count), !pair[1].isEmpty,
                !repositories.contains(where: { $0.name == pair[0] })
            else {
                refuse(
                    .backupRepositories,
                    "must be name=directory or name=s3://bucket pairs, separated by commas, each name once."
                )
                return []
            }
            guard pair[1].hasPrefix("s3://") else {
                repositories.append(BackupSettings.Repository(name: pair[0], place: .directory(pair[1])))
                continue
            }
            guard let bucket = bucket(pair[1], for: .backupRepositories) else { return [] }
            repositories.append(BackupSettings.Repository(name: pair[0], place: .bucket(bucket)))
        }
        return repositories
    }
}

extension BackupSettings {
    /// The repository of a name; the usual one if nil.
    package func storage(_ name: String?) throws -> any BackupStorage {
        let found = name == nil ? repositories.first : repositories.first { $0.name == name }
        guard let found else { throw BackupError(.notFound, "There is no backup repository of that name.") }
        return try storage(found)
    }
}
