import Backups
import Files
import Foundation
import JSON

/// What a restore leaves in a data directory before it changes anything there: until it is gone nothing starts, so that
/// nobody begins a second history with the keys of a log whose events are not there yet.
///
/// It goes before the mark in the database does: from the first change to the last, one of the two is there.
struct DirectoryMark: Sendable, Hashable {
    /// Where the cluster is, or was about to be, that made room.
    var movedAside: String?
    /// Which key was in use before.
    var keyID: String?

    private static func path(_ configuration: DaybookConfiguration) -> String {
        "\(configuration.dataDirectory)/restore-under-way.json"
    }

    static func isThere(_ configuration: DaybookConfiguration) -> Bool {
        FileManager.default.fileExists(atPath: path(configuration))
    }

    init(movedAside: String? = nil, keyID: String? = nil) {
        self.movedAside = movedAside
        self.keyID = keyID
    }

    /// The mark of a restore that was broken off; nil where there is none.
    ///
    /// - Throws: `BackupError` where there is one that cannot be read: what it says of what made room is not to be lost.
    init?(in configuration: DaybookConfiguration) throws {
        guard Self.isThere(configuration) else { return nil }
        let path = Self.path(configuration)
        do {
            guard let content = try JSONValue(parsing: DurableFiles.read(path)).object else {
                throw BackupError(.damaged, "\(path) says nothing of the restore that left it.")
            }
            let name = content["movedAside"]?.string
            self.init(
                movedAside: name.map { "\(configuration.dataDirectory)/\($0)" },
                keyID: content["keyId"]?.string
            )
        } catch let error as BackupError {
            throw error
        } catch {
            throw BackupError(
                .inaccessible,
                "The mark of a restore that was broken off cannot be read.",
                detail: "\(error)"
            )
        }
    }

    func write(_ configuration: DaybookConfiguration) throws {
        var json = JSONWriter(reservingCapacity: 256)
        json.object { json in
            // Its name: the data directory may be called otherwise the next time.
            if let movedAside { json.member("movedAside", URL(fileURLWithPath: movedAside).lastPathComponent) }
            if let keyID { json.member("keyId", keyID) }
        }
        let path = Self.path(configuration)
        try DurableFiles.makeDirectory(configuration.dataDirectory)
        try? FileManager.default.removeItem(atPath: "\(path).partial")
        try DurableFiles.write(Array(json.text.utf8), to: "\(path).partial")
        try DurableFiles.rename("\(path).partial", to: path)
    }

    static func remove(_ configuration: DaybookConfiguration) throws {
        guard isThere(configuration) else { return }
        try FileManager.default.removeItem(atPath: path(configuration))
        try DurableFiles.synchronize(configuration.dataDirectory)
    }
}
