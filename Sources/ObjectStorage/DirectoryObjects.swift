import Files
import Foundation
package import Time

/// Objects as files of a directory, closed to everybody but its owner. Locks are not kept: whoever may write there may
/// remove.
package struct DirectoryObjects: ObjectStorage {
    private static let partialSuffix = ".partial"
    private let path: String

    package var place: String { path }

    /// A directory, which is made when the first object is.
    package init(_ path: String) { self.path = path }

    package func put(_ source: ObjectSource, as name: String, lockedUntil: Timestamp? = nil) async throws {
        try ObjectName.check(name)
        let final = "\(path)/\(name)"
        let folder = (final as NSString).deletingLastPathComponent
        let partial = "\(folder)/.\((final as NSString).lastPathComponent)\(Self.partialSuffix)"
        do throws(FileError) {
            let isNew = !FileManager.default.fileExists(atPath: folder)
            try DurableFiles.makeDirectory(folder)
            // Left behind by a power cut.
            try? FileManager.default.removeItem(atPath: partial)
            switch source {
            case .bytes(let bytes): try DurableFiles.write(bytes, to: partial)
            case .file(let file): try DurableFiles.copy(file, to: partial)
            }
            try DurableFiles.rename(partial, to: final)
            if isNew { try DurableFiles.synchronize((folder as NSString).deletingLastPathComponent) }
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw ObjectError(error.isFull ? .noSpace : .inaccessible, "\(error)")
        }
    }

    package func get(_ name: String, _ range: Range<Int64>?, limit: Int64) async throws -> [UInt8] {
        try ObjectName.check(name)
        let file = "\(path)/\(name)"
        do throws(FileError) {
            guard let range else { return try DurableFiles.read(file, limit: limit) }
            return try DurableFiles.read(file, range)
        } catch {
            guard !error.isUnfit else { throw ObjectError(.unfit, "\(error)") }
            let isThere = FileManager.default.fileExists(atPath: file)
            throw ObjectError(isThere ? .inaccessible : .notFound, "\(error)")
        }
    }

    package func length(of name: String) async throws -> Int64? {
        try ObjectName.check(name)
        let file = "\(path)/\(name)"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        do { return try DurableFiles.length(file) } catch { throw ObjectError(.inaccessible, "\(error)") }
    }

    package func list(under folder: String) async throws -> [StoredObject] {
        let root = folder.isEmpty ? path : "\(path)/\(folder)"
        guard FileManager.default.fileExists(atPath: root) else { return [] }
        var isReadable = true
        let files = FileManager.default.enumerator(
            at: URL(fileURLWithPath: root),
            includingPropertiesForKeys: [.isRegularFileKey, .fileSizeKey, .contentModificationDateKey],
            options: .skipsHiddenFiles
        ) { _, _ in
            isReadable = false
            return false
        }
        let start = URL(fileURLWithPath: path).resolvingSymlinksInPath().path.count + 1
        var objects: [StoredObject] = []
        while let file = files?.nextObject() as? URL {
            let values = try? file.resourceValues(forKeys: [
                .isRegularFileKey, .fileSizeKey, .contentModificationDateKey,
            ])
            guard values?.isRegularFile == true else { continue }
            let written = values?.contentModificationDate.map {
                Timestamp(microseconds: Int64($0.timeIntervalSince1970 * 1_000_000))
            }
            objects.append(
                StoredObject(
                    name: String(file.resolvingSymlinksInPath().path.dropFirst(start)),
                    bytes: Int64(values?.fileSize ?? 0),
                    modifiedAt: written
                )
            )
        }
        guard isReadable, files != nil else { throw ObjectError(.inaccessible, "\(root) cannot be read") }
        return objects.sorted { $0.name < $1.name }
    }

    package func folders() async throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
                var isFolder: ObjCBool = false
                return !name.hasPrefix(".")
                    && FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                    && isFolder.boolValue
            }
            .sorted()
        } catch {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            throw ObjectError(.inaccessible, "\(path) cannot be read")
        }
    }

    package func remove(_ name: String) async throws {
        try ObjectName.check(name)
        try removeItem("\(path)/\(name)")
    }

    package func removeAll(under folder: String) async throws {
        try ObjectName.check(folder)
        try removeItem("\(path)/\(folder)")
    }

    private func removeItem(_ item: String) throws {
        guard FileManager.default.fileExists(atPath: item) else { return }
        do {
            try FileManager.default.removeItem(atPath: item)
            try DurableFiles.synchronize((item as NSString).deletingLastPathComponent)
        } catch {
            throw ObjectError(.inaccessible, "\(error)")
        }
    }
}
