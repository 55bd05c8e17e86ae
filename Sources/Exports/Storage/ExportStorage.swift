/// Where the files of exports are kept: a directory, or a bucket.
///
/// A file is there as a whole or not at all, and is never changed. All calls throw ``ExportStorageError``.
package protocol ExportStorage: Sendable {
    /// Where it is, for people; says no secret.
    var place: String { get }
    /// How much of a file is best read at a time.
    var pieceSize: Int { get }

    /// A directory of this machine for files that are being made, which this storage takes over soon.
    func scratch() async throws -> String
    /// Takes over a finished file of this machine, which is not there any more afterwards.
    func put(_ path: String, as name: String) async throws
    /// How long a file is; nil where there is none of that name.
    func size(of name: String) async throws -> Int64?
    /// Reads a part of a file; shorter only where it ends.
    func read(_ name: String, from offset: Int64, count: Int) async throws -> [UInt8]
    /// Removes a file, or what was begun of it and never finished. One that is not there is none of its concern.
    func remove(_ name: String) async throws
    /// The files that there are, and when each came: whole ones, what was begun and never finished, and those of
    /// ``scratch()`` on this machine.
    func files() async throws -> [StoredExport]
}
