import Backups
import EventStore
import Foundation
import MerkleLog

/// The keys with which a restore judges a backup, and with which the log that it makes goes on. None is stored before the
/// backup was judged.
struct RestoreKeys: Sendable {
    /// Where they are, or are to be.
    let store: KeyStore
    /// What is to be stored; nil where they are in place.
    private let exported: [UInt8]?
    /// Those that sign, wherever they are: none is stored by using them.
    let signing: KeyStore
    /// What backups are judged with.
    let verifiers: [NoteVerifier]
    /// Whether the backup itself brought them.
    let areFromBackup: Bool

    private init(_ store: KeyStore, _ exported: [UInt8]?, areFromBackup: Bool = false) throws {
        self.store = store
        self.exported = exported
        self.areFromBackup = areFromBackup
        signing = try exported.map { try KeyStore(holding: $0) } ?? store
        verifiers = try exported.map { try KeyStore.verifiers(in: $0) } ?? store.verifiers()
    }

    /// Those in place, or else those in a directory that was named; nil where neither is.
    static func known(_ store: KeyStore, named directory: String?) throws -> RestoreKeys? {
        if !store.isEmpty { return try RestoreKeys(store, nil) }
        guard let directory else { return nil }
        return try RestoreKeys(store, KeyStore(directory: URL(fileURLWithPath: directory)).exported())
    }

    /// Those in a backup. They are in one that is encrypted alone, so that who put them there had the backup's key.
    init(in chain: BackupChain, for store: KeyStore) async throws {
        for link in chain.links.reversed() {
            guard let file = link.manifest.signingKeys else { continue }
            try self.init(store, try await link.content(of: file), areFromBackup: true)
            return
        }
        throw BackupError(
            .invalid,
            "The keys that sign the log are neither in \(store.directory.path) nor in the backup. "
                + "Say where they are: --keys."
        )
    }

    /// Whether they are not in place yet.
    var areNew: Bool { exported != nil }

    /// Stores them.
    func adopt() throws { if let exported { try store.adopt(exported) } }
}
