import Files
import Foundation
import ObjectStorage

/// Backups in a directory: a folder each, closed to everybody but its owner.
package struct DirectoryStorage: BackupStorage {
    package let name: String
    private let path: String
    private let objects: DirectoryObjects
    /// How much is free at a path; nil where nobody can say.
    var freeSpace: @Sendable (String) -> Int64? = { FreeSpace.bytes(at: $0) }

    package var place: String { path }

    /// A repository in a directory, which is made when the first backup is.
    package init(name: String, path: String) {
        self.name = name
        self.path = path
        objects = DirectoryObjects(path)
    }

    package func freeBytes() async -> Int64? { freeSpace(path) }

    package func backups() async throws -> [StoredBackup] {
        let names: [String]
        do { names = try await objects.folders() } catch let error as ObjectError {
            throw BackupError(.inaccessible, "The backup repository \(name) cannot be read.", detail: error.detail)
        }
        return names.filter { BackupID.isValid($0) }.map { id in
            StoredBackup(
                backupID: id,
                isFinished: FileManager.default.fileExists(atPath: "\(folder(id))/\(BackupManifest.fileName)")
            )
        }
    }

    package func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws {
        do { try await objects.put(.bytes(bytes), as: "\(backupID)/\(file)") } catch let error as ObjectError {
            throw unwritable(isFull: error.kind == .noSpace, error.detail)
        }
    }

    package func get(_ file: String, of backupID: String, limit: Int64) async throws -> [UInt8] {
        do { return try await objects.get("\(backupID)/\(file)", nil, limit: limit) } catch let error as ObjectError {
            guard error.kind != .unfit else { throw BackupError.unfit(file, of: backupID, detail: error.detail) }
            let isGone = !FileManager.default.fileExists(atPath: folder(backupID))
            throw BackupError.missing(file, of: backupID, in: name, isGone: isGone, detail: error.detail)
        }
    }

    package func files(of backupID: String) async throws -> [String: Int64] {
        do {
            return try await objects.list(under: backupID).reduce(into: [:]) {
                $0[String($1.name.dropFirst(backupID.count + 1))] = $1.bytes
            }
        } catch let error as ObjectError {
            throw BackupError(.inaccessible, "The backup repository \(name) cannot be read.", detail: error.detail)
        }
    }

    package func remove(_ backupID: String) async throws {
        do {
            try await objects.remove("\(backupID)/\(BackupManifest.fileName)")
            try await objects.removeAll(under: backupID)
            try? FileManager.default.removeItem(atPath: lock(backupID))
        } catch let error as ObjectError {
            throw BackupError(.inaccessible, "The backup \(backupID) cannot be removed.", detail: error.detail)
        }
    }

    package func hold(_ backupID: String) async throws -> BackupHold? { try take(backupID, .shared) }

    package func claim(_ backupID: String) async throws -> BackupHold? { try take(backupID, .exclusive) }

    private func take(_ backupID: String, _ mode: FileLock.Mode) throws -> BackupHold? {
        guard BackupID.isValid(backupID) else {
            throw BackupError(.notFound, "There is no backup of that name in the repository \(name).")
        }
        do throws(FileError) {
            try DurableFiles.makeDirectory(path)
            let lock = try FileLock(path: lock(backupID))
            return lock.attempt(mode) ? BackupHold { lock.release() } : nil
        } catch {
            throw unwritable(isFull: error.isFull, "\(error)")
        }
    }

    private func unwritable(isFull: Bool, _ detail: String) -> BackupError {
        isFull
            ? BackupError(.noSpace, "There is no space left in the backup repository \(name).", detail: detail)
            : BackupError(.inaccessible, "The backup repository \(name) cannot be written.", detail: detail)
    }

    private func folder(_ backupID: String) -> String { "\(path)/\(backupID)" }
    private func lock(_ backupID: String) -> String { "\(path)/.\(backupID).lock" }
}

extension BackupError {
    /// What is there in the place of a file of a backup is not one.
    static func unfit(_ file: String, of backupID: String, detail: String) -> BackupError {
        BackupError(
            .damaged,
            "What is called \(file) in the backup \(backupID) is no file, or longer than it has to be.",
            detail: detail
        )
    }

    /// A file of a backup is not there, or nothing of the backup is.
    static func missing(
        _ file: String,
        of backupID: String,
        in repository: String,
        isGone: Bool,
        detail: String
    ) -> BackupError {
        BackupError(
            isGone ? .notFound : .damaged,
            isGone
                ? "There is no backup \(backupID) in the repository \(repository)."
                : "The file \(file) of the backup \(backupID) is missing, or cannot be read.",
            detail: detail
        )
    }
}
