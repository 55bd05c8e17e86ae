import Files
import Foundation
import Time

/// Where files of this machine are while they are made.
struct ScratchFolder: Sendable {
    /// What the names of its files begin with among those of a storage.
    static let prefix = ".scratch/"
    /// What the name of a folder in it ends with that has what a renderer needs beside its file.
    static let partsSuffix = "parts"
    private let path: String

    /// The folder in a directory.
    init(in directory: String) { path = "\(directory)/.scratch" }

    /// Makes it if need be, and says where it is.
    func make() throws -> String {
        do { try DurableFiles.makeDirectory(path) } catch { throw ExportStorageError(writing: error, path) }
        return path
    }

    /// What is in it.
    var files: [StoredExport] { Self.files(of: path, named: Self.prefix) }

    /// Removes a file by its name among those of a storage; false for one that is not in here.
    func remove(_ name: String) throws -> Bool {
        guard name.hasPrefix(Self.prefix) else { return false }
        let file = "\(path)/\(name.dropFirst(Self.prefix.count))"
        guard FileManager.default.fileExists(atPath: file) else { return true }
        do { try FileManager.default.removeItem(atPath: file) } catch {
            throw ExportStorageError(.refused, "The file cannot be removed.", detail: "\(file): \(error)")
        }
        return true
    }

    /// The files of a directory that are not hidden.
    static func files(of directory: String, named prefix: String = "") -> [StoredExport] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().compactMap { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")
            guard let date = attributes?[.modificationDate] as? Date else { return nil }
            let moment = Timestamp(microseconds: Int64(date.timeIntervalSince1970 * 1_000_000))
            return StoredExport(name: prefix + name, changedAt: moment)
        }
    }
}
