import Files
import Foundation
package import S3
package import Time

/// Objects in a bucket of an S3 server, below a prefix.
///
/// What is longer than a part goes in parts. An upload that was interrupted is gone on with by the next `put` of the same
/// content under the same name.
package struct BucketObjects: ObjectStorage {
    private let client: S3Client
    private let prefix: String
    private let partSize: Int64
    private let lock: S3Lock.Mode?

    /// Where it is: the bucket and the prefix.
    package let place: String

    /// Objects of a bucket.
    ///
    /// - Parameters:
    ///   - prefix: what comes before every name, without a slash at its end; empty for none.
    ///   - lock: how objects are locked that are to be; nil where the bucket cannot.
    package init(_ client: S3Client, prefix: String = "", partSize: Int64 = 16 << 20, lock: S3Lock.Mode? = nil) {
        self.client = client
        self.prefix = prefix.isEmpty ? "" : "\(prefix)/"
        self.partSize = partSize
        self.lock = lock
        place = "s3://\(client.bucket.name)\(prefix.isEmpty ? "" : "/")\(prefix)"
    }

    package func put(_ source: ObjectSource, as name: String, lockedUntil: Timestamp? = nil) async throws {
        try ObjectName.check(name)
        let upload: S3Source
        switch source {
        case .bytes(let bytes): upload = S3Source(bytes)
        case .file(let file):
            do {
                upload = S3Source(bytes: try DurableFiles.length(file)) { try DurableFiles.read(file, $0) }
            } catch {
                throw ObjectError(.inaccessible, "\(error)")
            }
        }
        let wanted = lock.flatMap { mode in lockedUntil.map { S3Lock(mode, until: $0) } }
        do {
            try await client.upload(upload, as: prefix + name, partSize: partSize, lock: wanted)
        } catch let error as FileError {
            throw ObjectError(.inaccessible, "\(error)")
        } catch let error as S3Error {
            throw Self.heard(error)
        }
    }

    package func get(_ name: String, _ range: Range<Int64>?, limit: Int64) async throws -> [UInt8] {
        try ObjectName.check(name)
        return try await heard { () throws(S3Error) in
            try await client.get(prefix + name, range, limit: Int(clamping: min(limit, 1 << 30)))
        }
    }

    package func length(of name: String) async throws -> Int64? {
        try ObjectName.check(name)
        do throws(S3Error) { return try await client.head(prefix + name).bytes } catch {
            if error.kind == .notFound { return nil }
            throw Self.heard(error)
        }
    }

    package func list(under folder: String) async throws -> [StoredObject] {
        let start = folder.isEmpty ? prefix : "\(prefix)\(folder)/"
        let listing = try await heard { () throws(S3Error) in try await client.list(start) }
        return listing.objects.map {
            StoredObject(name: String($0.key.dropFirst(prefix.count)), bytes: $0.bytes, modifiedAt: $0.modifiedAt)
        }
    }

    package func folders() async throws -> [String] {
        let listing = try await heard { () throws(S3Error) in try await client.list(prefix, delimiter: "/") }
        let begun = try await heard { () throws(S3Error) in try await client.uploads(prefix) }
        let names =
            listing.folders.map { $0.dropFirst(prefix.count).dropLast() }
            + begun.compactMap { upload in
                let name = upload.key.dropFirst(prefix.count)
                return name.firstIndex(of: "/").map { name[..<$0] }
            }
        return Set(names.map(String.init)).filter { !$0.hasPrefix(".") }.sorted()
    }

    package func remove(_ name: String) async throws {
        try ObjectName.check(name)
        // Where each version goes, there is nothing left that a mark of removal would have to hide.
        guard lock == nil else { return try await remove(versionsOf: prefix + name) { $0.key == prefix + name } }
        try await heard { () throws(S3Error) in try await client.delete(prefix + name) }
    }

    /// Removes an object that says nothing any more. Where the bucket keeps it by a rule of its own, it is at least not seen.
    package func discard(_ name: String) async throws {
        do { try await remove(name) } catch let error as ObjectError where error.kind == .locked {
            try await heard { () throws(S3Error) in try await client.delete(prefix + name) }
        }
    }

    package func removeAll(under folder: String) async throws {
        try ObjectName.check(folder)
        let start = "\(prefix)\(folder)/"
        for upload in try await heard({ () throws(S3Error) in try await client.uploads(start) }) {
            try await heard { () throws(S3Error) in try await client.abort(upload) }
        }
        guard lock == nil else { return try await remove(versionsOf: start) { _ in true } }
        // A bucket may keep versions though nothing is locked in it: what is removed is to be gone. Where versions may not be
        // listed, or are not known, there are the objects.
        do { try await remove(versionsOf: start) { _ in true } } catch  where !Task.isCancelled {
            try await removeObjects(under: start)
        }
    }

    private func removeObjects(under start: String) async throws {
        for object in try await heard({ () throws(S3Error) in try await client.list(start) }).objects {
            try await heard { () throws(S3Error) in try await client.delete(object.key) }
        }
    }

    /// Until when an object is locked; nil where it is not.
    package func lockedUntil(_ name: String) async throws -> Timestamp? {
        try await heard { () throws(S3Error) in try await client.head(prefix + name) }.lockedUntil
    }

    /// Locks an object that is there, or lets its lock end later; nothing where the bucket cannot.
    package func lock(_ name: String, until: Timestamp) async throws {
        guard let lock else { return }
        try await heard { () throws(S3Error) in try await client.lock(prefix + name, S3Lock(lock, until: until)) }
    }

    /// A bucket that locks keeps what was removed; there it goes for good, version by version.
    private func remove(versionsOf start: String, _ isMeant: (S3Object) -> Bool) async throws {
        for version in try await heard({ () throws(S3Error) in try await client.versions(start) })
        where isMeant(version) {
            do throws(S3Error) { try await client.delete(version.key, version: version.version) } catch {
                // The same answer stands for a lock and for a right that is not there; the message says which.
                throw error.kind == .denied ? ObjectError(.locked, error.message) : Self.heard(error)
            }
        }
    }

    @discardableResult
    private func heard<R>(_ body: () async throws(S3Error) -> R) async throws -> R {
        do throws(S3Error) { return try await body() } catch { throw Self.heard(error) }
    }

    private static func heard(_ error: S3Error) -> ObjectError {
        switch error.kind {
        case .notFound: ObjectError(.notFound, error.message)
        case .tooLong: ObjectError(.unfit, error.message)
        default: ObjectError(.inaccessible, error.message)
        }
    }
}
