import Backups
import Foundation

/// The private cluster of a data directory, moved aside to make room for a restore.
struct PrivateClusterAside: Sendable {
    private let cluster: String
    /// Where it is now.
    let path: String

    /// Moves it, where that is wished for and there is one. The data directory must be held.
    init?(_ configuration: DaybookConfiguration, _ wish: BackupRestoration.Wish) throws {
        cluster = "\(configuration.dataDirectory)/postgres"
        guard configuration.databaseURL == nil, wish.replacing != nil, FileManager.default.fileExists(atPath: cluster)
        else { return nil }
        guard !Self.isRunning(cluster) else {
            throw BackupError(.conflict, "The Daybook in \(configuration.dataDirectory) is running: stop it first.")
        }
        path = "\(cluster).before-restore-\(Int64(Date().timeIntervalSince1970))"
        do { try FileManager.default.moveItem(atPath: cluster, toPath: path) } catch {
            throw BackupError(.inaccessible, "What is there cannot be moved aside.", detail: "\(error)")
        }
    }

    /// Puts it back in the place of what a restore made that failed.
    func putBack() throws {
        do {
            if FileManager.default.fileExists(atPath: cluster) {
                guard !Self.isRunning(cluster) else { throw CocoaError(.fileWriteFileExists) }
                try FileManager.default.removeItem(atPath: cluster)
            }
            try FileManager.default.moveItem(atPath: path, toPath: cluster)
        } catch {
            throw BackupError(
                .inaccessible,
                "The restore failed, and what was there before could not be put back: it is in \(path).",
                detail: "\(error)"
            )
        }
    }

    private static func isRunning(_ cluster: String) -> Bool {
        ["postmaster.pid", "data/postmaster.pid"].contains {
            FileManager.default.fileExists(atPath: "\(cluster)/\($0)")
        }
    }
}
