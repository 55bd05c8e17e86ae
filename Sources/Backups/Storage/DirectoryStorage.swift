import Files
import Foundation

/// Backups in a directory: a folder each, closed to everybody but its owner.
package struct DirectoryStorage: BackupStorage {
    package let name: String
    private let path: String

    package var place: String { path }

    /// A repository in a directory, which is made when the first backup is.
    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    package func backups() async throws -> [StoredBackup] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            throw BackupError(.inaccessible, "The backup repository \(name) cannot be read.", detail: path)
        }
        return names.filter { BackupID.isValid($0) }.sorted().map { id in
            StoredBackup(
                backupID: id,
                isFinished: FileManager.default.fileExists(atPath: file(BackupManifest.fileName, id))
            )
        }
    }

    package func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws {
        let final = self.file(file, backupID)
        let partial = "\(folder(backupID))/.\(file).partial"
        do {
            try DurableFiles.makeDirectory(folder(backupID))
            // Left behind by a power cut.
            try? FileManager.default.removeItem(atPath: partial)
            try DurableFiles.write(bytes, to: partial)
            try DurableFiles.rename(partial, to: final)
            if file == BackupManifest.fileName { try DurableFiles.synchronize(path) }
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw BackupError(.inaccessible, "The backup repository \(name) cannot be written.", detail: "\(error)")
        }
    }

    package func get(_ file: String, of backupID: String) async throws -> [UInt8] {
        do { return try DurableFiles.read(self.file(file, backupID)) } catch {
            let isGone = !FileManager.default.fileExists(atPath: folder(backupID))
            throw BackupError(
                isGone ? .notFound : .damaged,
                isGone
                    ? "There is no backup \(backupID) in the repository \(name)."
                    : "The file \(file) of the backup \(backupID) is missing, or cannot be read.",
                detail: "\(error)"
            )
        }
    }

    package func files(of backupID: String) async throws -> [String: Int64] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(backupID))) ?? []
        var files: [String: Int64] = [:]
        for name in names where !name.hasPrefix(".") {
            let attributes = try? FileManager.default.attributesOfItem(atPath: file(name, backupID))
            files[name] = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        }
        return files
    }

    package func remove(_ backupID: String) async throws {
        do {
            guard FileManager.default.fileExists(atPath: folder(backupID)) else { return }
            let manifest = file(BackupManifest.fileName, backupID)
            if FileManager.default.fileExists(atPath: manifest) {
                try FileManager.default.removeItem(atPath: manifest)
                try DurableFiles.synchronize(folder(backupID))
            }
            try FileManager.default.removeItem(atPath: folder(backupID))
            try DurableFiles.synchronize(path)
            try? FileManager.default.removeItem(atPath: lock(backupID))
        } catch {
            throw BackupError(.inaccessible, "The backup \(backupID) cannot be removed.", detail: "\(error)")
        }
    }

    package func hold(_ backupID: String) async throws -> BackupHold? { try take(backupID, .shared) }

    package func claim(_ backupID: String) async throws -> BackupHold? { try take(backupID, .exclusive) }

    private func take(_ backupID: String, _ mode: FileLock.Mode) throws -> BackupHold? {
        do {
            try DurableFiles.makeDirectory(path)
            let lock = try FileLock(path: lock(backupID))
            return lock.attempt(mode) ? BackupHold { lock.release() } : nil
        } catch {
            throw BackupError(.inaccessible, "The backup repository \(name) cannot be written.", detail: "\(error)")
        }
    }

    private func folder(_ backupID: String) -> String { "\(path)/\(backupID)" }
    private func file(_ file: String, _ backupID: String) -> String { "\(folder(backupID))/\(file)" }
    private func lock(_ backupID: String) -> String { "\(path)/.\(backupID).lock" }
}
