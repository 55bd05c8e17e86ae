/// What is there of the backups that manifests name as made before them. Each is named by the digest of its manifest: one that
/// was put in its place has another, though a key of the log may have signed it.
package struct PreviousBackups: Sendable {
    /// A backup that is named, and by which.
    struct Link: Sendable {
        var named: BackupManifest.Reference
        var by: String
    }

    /// Those that are there and are not the ones that were made.
    private(set) var replaced: [Link] = []
    /// Those that are not there: removed, in another repository, or lost with what the repository was set back from.
    private(set) var absent: [Link] = []

    /// - Parameter digests: of the manifests that are there, by their backups.
    init(_ links: [Link], digests: [String: String]) {
        for link in links {
            guard let digest = digests[link.named.backupID] else {
                absent.append(link)
                continue
            }
            if digest != link.named.digest { replaced.append(link) }
        }
    }

    /// Among all backups of a repository.
    package init(among outlines: [BackupOutline]) {
        self.init(
            outlines.compactMap { outline in outline.previous.map { Link(named: $0, by: outline.backupID) } },
            digests: Dictionary(outlines.map { ($0.backupID, $0.digest) }) { $1 }
        )
    }

    /// A sentence about each that was replaced.
    package var complaints: [String] { replaced.map(\.complaint) }
}

extension PreviousBackups.Link {
    var complaint: String {
        "The backup \(named.backupID) is not the one that was made before \(by): another was put in its place."
    }

    var warning: String {
        "The backup \(named.backupID), which was made before \(by), is not there: it was removed, is kept elsewhere, or the "
            + "repository was set back."
    }
}

extension BackupChain {
    /// What a repository has of the backups that those of the chain name as made before them.
    package func previous(in storage: any BackupStorage) async throws -> PreviousBackups {
        var digests = Dictionary(links.map { ($0.manifest.backupID, $0.digest) }) { $1 }
        var named: [PreviousBackups.Link] = []
        for link in links {
            guard let previous = link.manifest.previous else { continue }
            named.append(.init(named: previous, by: link.manifest.backupID))
            guard digests[previous.backupID] == nil else { continue }
            do {
                digests[previous.backupID] = try await storage.manifestDigest(of: previous.backupID)
            } catch let error as BackupError where error.kind == .notFound {
                continue
            }
        }
        return PreviousBackups(named, digests: digests)
    }
}
