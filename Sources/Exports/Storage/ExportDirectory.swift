import Files
import Foundation

/// Files of exports in a directory, closed to everybody but its owner.
package struct ExportDirectory: ExportStorage {
    private let path: String
    private let scratchFolder: ScratchFolder

    package var place: String { path }
    package let pieceSize = 1 << 18

    /// A directory, which is made when the first file is.
    package init(path: String) {
        self.path = path
        scratchFolder = ScratchFolder(in: path)
    }

    package func scratch() async throws -> String { try scratchFolder.make() }

    package func put(_ path: String, as name: String) async throws {
        do {
            try DurableFiles.makeDirectory(self.path)
            try DurableFiles.synchronizeFile(path)
            try DurableFiles.rename(path, to: file(name))
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw ExportStorageError(writing: error, file(name))
        }
    }

    package func size(of name: String) async throws -> Int64? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file(name)) else { return nil }
        return (attributes[.size] as? NSNumber)?.int64Value
    }

    package func read(_ name: String, from offset: Int64, count: Int) async throws -> [UInt8] {
        do { return try DurableFiles.read(file(name), from: offset, count: count) } catch {
            let isGone = !FileManager.default.fileExists(atPath: file(name))
            throw ExportStorageError(
                isGone ? .notFound : .unavailable,
                isGone ? "The file is not there." : "The file cannot be read.",
                detail: "\(error)"
            )
        }
    }

    package func remove(_ name: String) async throws {
        guard try !scratchFolder.remove(name), FileManager.default.fileExists(atPath: file(name)) else { return }
        do {
            try FileManager.default.removeItem(atPath: file(name))
            try DurableFiles.synchronize(path)
        } catch {
            throw ExportStorageError(.refused, "The file cannot be removed.", detail: "\(file(name)): \(error)")
        }
    }

    package func files() async throws -> [StoredExport] {
        scratchFolder.files + ScratchFolder.files(of: path)
    }

    private func file(_ name: String) -> String { "\(path)/\(name)" }
}
