package import ObjectStorage
package import Time

/// Backups in a bucket of an S3 server: below the prefix a folder each.
package struct BucketStorage: BackupStorage {
    package let name: String
    private let objects: BucketObjects
    private let lockDays: Int?
    private let leases: BucketLeases

    package var place: String { objects.place }

    /// A repository in a bucket.
    ///
    /// - Parameter lockDays: for how many days every file is locked at least, in a bucket that locks; nil for not at all.
    package init(name: String, objects: BucketObjects, lockDays: Int? = nil) {
        self.name = name
        self.objects = objects
        self.lockDays = lockDays
        leases = BucketLeases(objects)
    }

    package func backups() async throws -> [StoredBackup] {
        try await heard("cannot be read") {
            var stored: [String: StoredBackup] = [:]
            for id in try await objects.folders() where BackupID.isValid(id) {
                stored[id] = StoredBackup(backupID: id, isFinished: false, bytes: 0)
            }
            for object in try await objects.list(under: "") {
                guard let slash = object.name.firstIndex(of: "/") else { continue }
                let id = String(object.name[..<slash])
                guard BackupID.isValid(id) else { continue }
                var backup = stored[id] ?? StoredBackup(backupID: id, isFinished: false)
                backup.bytes = (backup.bytes ?? 0) + object.bytes
                if object.name[slash...].dropFirst() == BackupManifest.fileName { backup.isFinished = true }
                stored[id] = backup
            }
            return stored.values.sorted { $0.backupID < $1.backupID }
        }
    }

    package func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws {
        let until = lockDays.map { Timestamp.now() + Self.days($0) }
        try await heard("cannot be written") {
            try await objects.put(.bytes(bytes), as: "\(backupID)/\(file)", lockedUntil: until)
        }
    }

    package func get(_ file: String, of backupID: String, limit: Int64) async throws -> [UInt8] {
        do { return try await objects.get("\(backupID)/\(file)", nil, limit: limit) } catch let error as ObjectError {
            guard error.kind != .unfit else { throw BackupError.unfit(file, of: backupID, detail: error.detail) }
            guard error.kind == .notFound else {
                throw BackupError(.inaccessible, "The repository \(name) cannot be read.", detail: error.detail)
            }
            let isGone = try await files(of: backupID).isEmpty
            throw BackupError.missing(file, of: backupID, in: name, isGone: isGone, detail: error.detail)
        }
    }

    package func files(of backupID: String) async throws -> [String: Int64] {
        try await heard("cannot be read") {
            try await objects.list(under: backupID).reduce(into: [:]) {
                $0[String($1.name.dropFirst(backupID.count + 1))] = $1.bytes
            }
        }
    }

    package func remove(_ backupID: String) async throws {
        if let until = try await lockedUntil(backupID), until > .now() {
            throw BackupError(.conflict, "The backup \(backupID) is locked until \(until.rfc3339) in \(name).")
        }
        try await heard("cannot be written") {
            try await objects.remove("\(backupID)/\(BackupManifest.fileName)")
            try await objects.removeAll(under: backupID)
        }
    }

    package func hold(_ backupID: String) async throws -> BackupHold? {
        try await heard("cannot be written") { try await leases.take(.hold, on: backupID) }
    }

    /// Refused also while the bucket locks it: nobody could remove it then.
    package func claim(_ backupID: String) async throws -> BackupHold? {
        if let until = try await lockedUntil(backupID), until > .now() { return nil }
        return try await heard("cannot be written") { try await leases.take(.claim, on: backupID) }
    }

    package func lock(_ chain: [String], days: Int?, now: Timestamp) async throws {
        guard let lockDays else { return }
        let until = now + Self.days(max(lockDays, days ?? 0))
        // What is locked for nearly as long rests on what is locked for as long: the rest needs no look. The newest says
        // nothing of that: it was locked as it was written, whatever it rests on.
        var short: [String] = []
        for id in chain.reversed() {
            if id != chain.last, let known = try await lockedUntil(id), known >= until - Self.days(1) { break }
            short.append(id)
        }
        try await heard("cannot be locked") {
            for id in short.reversed() {
                let files = try await objects.list(under: id).map(\.name)
                let manifest = "\(id)/\(BackupManifest.fileName)"
                for file in files where file != manifest { try await objects.lock(file, until: until) }
                // Last: it stands for all of them.
                try await objects.lock(manifest, until: until)
            }
        }
    }

    private static func days(_ count: Int) -> Duration { .seconds(Int64(count) * 86_400) }

    private func lockedUntil(_ backupID: String) async throws -> Timestamp? {
        guard lockDays != nil else { return nil }
        do { return try await objects.lockedUntil("\(backupID)/\(BackupManifest.fileName)") } catch let error
            as ObjectError
        {
            guard error.kind == .notFound else {
                throw BackupError(.inaccessible, "The repository \(name) cannot be read.", detail: error.detail)
            }
            return nil
        }
    }

    private func heard<R>(_ what: String, _ body: () async throws -> R) async throws -> R {
        do { return try await body() } catch let error as ObjectError {
            let isLocked = error.kind == .locked
            throw BackupError(
                isLocked ? .conflict : .inaccessible,
                isLocked ? "What is in \(name) is still locked." : "The backup repository \(name) \(what).",
                detail: error.detail
            )
        }
    }
}
