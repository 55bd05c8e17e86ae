import Backups
import Foundation

/// The private cluster of a data directory, moved aside to make room for a restore.
struct PrivateClusterAside: Sendable {
    private let cluster: String
    /// Where it is now.
    let path: String

    /// Where it can be moved to.
    static func newPath(_ configuration: DaybookConfiguration) throws -> String {
        let cluster = cluster(configuration)
        guard !isRunning(cluster) else {
            throw BackupError(.conflict, "The Daybook in \(configuration.dataDirectory) is running: stop it first.")
        }
        return "\(cluster).before-restore-\(Int64(Date().timeIntervalSince1970))"
    }

    /// One that is moved there, or was by a restore that was broken off. The data directory must be held.
    init(_ configuration: DaybookConfiguration, path: String) {
        cluster = Self.cluster(configuration)
        self.path = path
    }

    /// Whether it was moved.
    var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    /// Moves it.
    func move() throws {
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

    private static func cluster(_ configuration: DaybookConfiguration) -> String {
        "\(configuration.dataDirectory)/postgres"
    }

    private static func isRunning(_ cluster: String) -> Bool {
        ["postmaster.pid", "data/postmaster.pid"].contains {
            FileManager.default.fileExists(atPath: "\(cluster)/\($0)")
        }
    }
}
