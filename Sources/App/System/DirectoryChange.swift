import Backups
import Foundation

/// What a restore does to a data directory: the log's keys are stored there, and a private cluster makes room. A mark is
/// there meanwhile, and tells a restore that is run again what the one before it did. Where neither is needed nothing changes
/// in the directory, and whoever works with it meanwhile, on another database, is not stopped.
struct DirectoryChange: Sendable {
    private let configuration: DaybookConfiguration
    private let keys: RestoreKeys
    /// Nil where nothing changes.
    private let mark: DirectoryMark?
    private let aside: PrivateClusterAside?

    /// Where what made room is now.
    var movedAside: String? { aside?.path }

    /// Begins: the mark first. The data directory must be held.
    ///
    /// - Parameter makesRoom: whether there is a log that has to be moved aside.
    init(_ configuration: DaybookConfiguration, _ keys: RestoreKeys, makesRoom: Bool) throws {
        self.configuration = configuration
        self.keys = keys
        let earlier = try DirectoryMark(in: configuration)
        // A mark of another database's restore, which had stored the keys, is gone on with.
        let isBrokenOff = earlier.map { $0.movedAside == nil } ?? false
        guard configuration.databaseURL == nil || keys.areNew || isBrokenOff else {
            (mark, aside) = (nil, nil)
            return
        }
        var mark = try earlier ?? DirectoryMark(keyID: keys.store.isEmpty ? nil : keys.store.usedKeyID())
        if makesRoom { mark.movedAside = try PrivateClusterAside.newPath(configuration) }
        try mark.write(configuration)
        do {
            try keys.adopt()
            if let path = mark.movedAside {
                let cluster = PrivateClusterAside(configuration, path: path)
                if makesRoom { try cluster.move() }
                aside = cluster.isThere ? cluster : nil
            } else {
                aside = nil
            }
        } catch {
            if earlier == nil { try? DirectoryMark.remove(configuration) }
            throw error
        }
        self.mark = mark
    }

    /// After a failure: what made room is put back, and the key that was in use is again. Where nothing made room the mark
    /// stays, for the restore to be run again.
    func undo() throws {
        guard let aside else { return }
        if let keyID = mark?.keyID { try keys.store.use(keyID) }
        try aside.putBack()
        try DirectoryMark.remove(configuration)
    }

    /// What is there now is the log's.
    func finish() throws {
        guard mark != nil else { return }
        try DirectoryMark.remove(configuration)
    }
}
