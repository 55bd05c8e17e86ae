import Foundation
package import ObjectStorage
import Time

/// Files of exports as objects, in a bucket of an S3 server.
///
/// Each is in a folder that has its name, so that an upload that was never finished, which is no object, is found and goes
/// by that name too. They are made in a directory of this machine.
package struct ExportObjects: ExportStorage {
    private let objects: any ObjectStorage
    private let scratchFolder: ScratchFolder

    package var place: String { objects.place }
    /// Every piece is a request of its own.
    package let pieceSize = 4 << 20

    /// Objects of a storage.
    ///
    /// - Parameter directory: where files are while they are made.
    package init(_ objects: any ObjectStorage, scratchIn directory: String) {
        self.objects = objects
        scratchFolder = ScratchFolder(in: directory)
    }

    package func scratch() async throws -> String { try scratchFolder.make() }

    package func put(_ path: String, as name: String) async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            try await heard { try await objects.put(.file(path), as: object(name), lockedUntil: nil) }
        } catch {
            // Nobody goes on with it: the next attempt has another name.
            try? await objects.removeAll(under: name)
            throw error
        }
    }

    package func size(of name: String) async throws -> Int64? {
        try await heard { try await objects.length(of: object(name)) }
    }

    package func read(_ name: String, from offset: Int64, count: Int) async throws -> [UInt8] {
        try await heard { try await objects.get(object(name), offset..<offset + Int64(count)) }
    }

    package func remove(_ name: String) async throws {
        guard try !scratchFolder.remove(name) else { return }
        try await heard { try await objects.removeAll(under: name) }
    }

    package func files() async throws -> [StoredExport] {
        // Folders first: what is finished between the two questions is no leftover.
        let folders = try await heard { try await objects.folders() }
        let whole = try await heard { try await objects.list(under: "") }.compactMap { object -> StoredExport? in
            let parts = object.name.split(separator: "/")
            guard parts.count == 2, parts[0] == parts[1] else { return nil }
            return StoredExport(name: String(parts[0]), changedAt: object.modifiedAt ?? .epoch)
        }
        let names = Set(whole.map(\.name))
        let unfinished = folders.filter { !names.contains($0) }.map { StoredExport(name: $0, changedAt: .epoch) }
        return scratchFolder.files + whole + unfinished
    }

    private func object(_ name: String) -> String { "\(name)/\(name)" }

    @discardableResult
    private func heard<R>(_ body: () async throws -> R) async throws -> R {
        do { return try await body() } catch let error as ObjectError {
            switch error.kind {
            case .notFound: throw ExportStorageError(.notFound, "The file is not there.", detail: error.detail)
            case .locked: throw ExportStorageError(.refused, "The file cannot be removed.", detail: error.detail)
            case .noSpace:
                throw ExportStorageError(
                    .full,
                    "There is no space left where exports are kept.",
                    detail: error.detail
                )
            case .inaccessible, .invalidName, .unfit:
                throw ExportStorageError(
                    .unavailable,
                    "Where exports are kept cannot be reached, or refuses.",
                    detail: error.detail
                )
            }
        }
    }
}
