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
    init?(in configuration: DaybookConfiguration) {
        guard let bytes = try? DurableFiles.read(Self.path(configuration)) else { return nil }
        let content = try? JSONValue(parsing: bytes).object
        self.init(movedAside: content?["movedAside"]?.string, keyID: content?["keyId"]?.string)
    }

    func write(_ configuration: DaybookConfiguration) throws {
        var json = JSONWriter(reservingCapacity: 256)
        json.object { json in
            if let movedAside { json.member("movedAside", movedAside) }
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
