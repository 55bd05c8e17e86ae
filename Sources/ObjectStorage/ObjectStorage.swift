package import Time

/// Named objects: in a directory of this machine, or in a bucket of an S3 server.
///
/// An object is there as a whole or not at all, and there for good once `put` has returned. Names are paths such as
/// `2026/report.csv`; the parts before the last are folders, which come and go with what is in them. All calls throw
/// ``ObjectError``.
package protocol ObjectStorage: Sendable {
    /// Where it is, for people; says no secret.
    var place: String { get }

    /// Writes an object; one of the same name is replaced.
    ///
    /// - Parameter lockedUntil: until when nobody may remove it, where the storage can see to that.
    func put(_ source: ObjectSource, as name: String, lockedUntil: Timestamp?) async throws
    /// Reads an object, or the part of it that is said.
    ///
    /// - Parameter limit: what is longer is refused before all of it is read.
    func get(_ name: String, _ range: Range<Int64>?, limit: Int64) async throws -> [UInt8]
    /// How long an object is; nil where there is none of that name.
    func length(of name: String) async throws -> Int64?
    /// What is under a folder, at any depth; all there is if the folder is empty.
    func list(under folder: String) async throws -> [StoredObject]
    /// The outermost folders, also those in which there is nothing but what was never finished.
    func folders() async throws -> [String]
    /// Removes an object; one that is not there is none of its concern.
    func remove(_ name: String) async throws
    /// Removes all that is under a folder, what was never finished included.
    func removeAll(under folder: String) async throws
}

extension ObjectStorage {
    /// Reads an object, or a part of it, however long it is.
    package func get(_ name: String, _ range: Range<Int64>? = nil) async throws -> [UInt8] {
        try await get(name, range, limit: .max)
    }
}

/// What is written.
package enum ObjectSource: Sendable {
    /// What is in memory.
    case bytes([UInt8])
    /// What is in a file, which must not change meanwhile; it is read piece by piece.
    case file(String)
}

/// An object, as a listing says.
package struct StoredObject: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// How long it is.
    package var bytes: Int64
    /// When it was written, by the clock of where it is.
    package var modifiedAt: Timestamp?

    /// An object.
    package init(name: String, bytes: Int64, modifiedAt: Timestamp? = nil) {
        self.name = name
        self.bytes = bytes
        self.modifiedAt = modifiedAt
    }
}

/// Why something in a storage could not be done.
package struct ObjectError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    package enum Kind: Sendable, Hashable {
        /// There is no such object.
        case notFound
        /// It is locked, and may not be removed yet.
        case locked
        /// The storage cannot be read or written.
        case inaccessible
        /// No space is left.
        case noSpace
        /// It is longer than what is read, or no file at all.
        case unfit
        /// No object may have such a name.
        case invalidName
    }

    /// What went wrong.
    package var kind: Kind
    /// The same for whoever runs the program: a path, what the system or the server says. No secret.
    package var detail: String

    /// A failure.
    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// All of it.
    package var description: String { detail }
}

enum ObjectName {
    /// The parts of a name that leads nowhere else.
    static func check(_ name: String) throws {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard name.utf8.count <= 900, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            name.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
        else { throw ObjectError(.invalidName, "No object may be called so.") }
    }
}
