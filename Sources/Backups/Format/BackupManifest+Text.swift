import Events
import JSON
package import MerkleLog
import OpenSSL
import Time

extension BackupManifest {
    private static let format = "daybook backup 1"

    /// The text that is signed.
    var text: String {
        var json = JSONWriter(reservingCapacity: 4_096)
        json.object { json in
            json.member("format", Self.format)
            json.member("backupId", backupID)
            json.member("origin", origin)
            json.member("kind", kind.rawValue)
            json.member("createdAt", createdAt.rfc3339)
            json.member("productVersion", productVersion)
            if let summary { json.member("description", summary) }
            json.member("fromPosition", from)
            json.member("size", size)
            if let firstRecordedAt { json.member("firstRecordedAt", firstRecordedAt.rfc3339) }
            if let lastRecordedAt { json.member("lastRecordedAt", lastRecordedAt.rfc3339) }
            if !edge.isEmpty { json.member("edge", Base64.encode(edge)) }
            json.member("checkpoint", checkpoint)
            for (name, reference) in [("base", base), ("previous", previous)] {
                guard let reference else { continue }
                json.member(
                    name,
                    object: { json in
                        json.member("backupId", reference.backupID)
                        json.member("manifestSha256", reference.digest)
                    }
                )
            }
            json.member("compression", "lz4-frame")
            if let lock { json.member("encryption", object: { lock.write(to: &$0) }) }
            json.member(
                "types",
                object: { json in
                    for (type, count) in types.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                        json.member(type.rawValue, count)
                    }
                }
            )
            json.member(
                "segments",
                array: { json in
                    for segment in segments {
                        json.object { json in
                            segment.file.write(to: &json)
                            json.member("fromPosition", segment.from)
                            json.member("belowPosition", segment.below)
                        }
                    }
                }
            )
            for (name, files) in [("checkpoints", checkpoints), ("idempotencyKeys", idempotencyKeys)] {
                json.member(
                    name,
                    array: { json in
                        for file in files { json.object { file.write(to: &$0) } }
                    }
                )
            }
            if let signingKeys { json.member("signingKeys", object: { signingKeys.write(to: &$0) }) }
            json.member("notIncluded", (signingKeys == nil ? ["the keys that sign the log"] : []) + Self.omissions)
        }
        return json.text + "\n"
    }

    /// The manifest in a signed note.
    ///
    /// - Parameter verifiers: of which one must have signed it; nil to take it as it is, for it to be judged later.
    package init(note bytes: [UInt8], verifiers: [NoteVerifier]?) throws {
        let note: SignedNote
        do {
            note = try SignedNote(parsing: bytes, maximumByteCount: Self.lengthLimit)
            if let verifiers { try note.verify(with: verifiers) }
        } catch {
            throw BackupError(.damaged, "The manifest is not signed by a key of the log: \(error)")
        }
        do {
            try self.init(JSONValue(parsing: Array(note.text.utf8)))
        } catch let error as BackupError {
            throw error
        } catch {
            throw BackupError(.damaged, "The manifest is not one of a backup: \(error)")
        }
    }

    private init(_ value: JSONValue) throws {
        var reader = JSONReader(value)
        let name = StringRule(1...500)
        guard reader.string("format", name) == Self.format else {
            throw BackupError(.damaged, "The manifest is not one of a backup of this format.")
        }
        backupID = reader.string("backupId", StringRule(1...64, AllowedCharacters("a-z0-9-")))
        origin = reader.string("origin", name)
        let kindName = reader.string("kind", name)
        createdAt = reader.timestamp("createdAt")
        productVersion = reader.string("productVersion", name)
        summary = reader.stringIfPresent("description", name)
        from = reader.integer("fromPosition", in: 0...Int64.max)
        size = reader.integer("size", in: 0...Self.sizeLimit)
        firstRecordedAt = reader.timestampIfPresent("firstRecordedAt")
        lastRecordedAt = reader.timestampIfPresent("lastRecordedAt")
        edge = reader.stringIfPresent("edge", StringRule(1...10_000)).flatMap { Base64.decode($0) } ?? []
        checkpoint = reader.string("checkpoint", StringRule(1...100_000, .any))
        base = try reader.valueIfPresent("base", maximumBytes: 10_000).map(Self.reference)
        previous = try reader.valueIfPresent("previous", maximumBytes: 10_000).map(Self.reference)
        _ = reader.string("compression", name)
        lock = try reader.valueIfPresent("encryption", maximumBytes: 100_000).map { try BackupLock($0) }
        types = [:]
        for member in reader.object("types", maximumBytes: 1_000_000).members {
            let count = member.value.int64 ?? 0
            guard (0...size).contains(count) else {
                throw BackupError(.damaged, "The manifest counts what it has not.")
            }
            types[EventType(rawValue: member.name)] = count
        }
        segments = try (reader.value("segments", maximumBytes: 100_000_000).array ?? []).map { element in
            var reader = JSONReader(element)
            let segment = Segment(
                file: File(&reader),
                from: reader.integer("fromPosition", in: 0...Int64.max),
                below: reader.integer("belowPosition", in: 0...Int64.max)
            )
            try reader.finish()
            return segment
        }
        checkpoints = try (reader.value("checkpoints", maximumBytes: 100_000_000).array ?? []).map { try File($0) }
        idempotencyKeys = try (reader.value("idempotencyKeys", maximumBytes: 100_000_000).array ?? [])
            .map { try File($0) }
        signingKeys = try reader.valueIfPresent("signingKeys", maximumBytes: 10_000).map { try File($0) }
        _ = reader.value("notIncluded", maximumBytes: 100_000)
        try reader.finish()
        guard let kind = Kind(rawValue: kindName) else { throw BackupError(.damaged, "The manifest names no kind.") }
        self.kind = kind
        try checkShape()
    }

    /// The files of events follow one another without a gap.
    private func checkShape() throws {
        var position = from
        for segment in segments {
            guard segment.from == position, segment.below > segment.from else {
                throw BackupError(.damaged, "The files of the manifest leave out events from position \(position) on.")
            }
            position = segment.below
        }
        guard position == size, (kind == .full) == (base == nil), kind != .full || from == 0,
            Set(files.map(\.name)).count == files.count,
            // Keys that are not locked are nobody's: whoever can write to the repository could have put them there.
            signingKeys == nil || lock != nil,
            [signingKeys?.bytes, signingKeys?.rawBytes].allSatisfy({ $0 ?? 0 <= Self.signingKeysLimit })
        else {
            throw BackupError(.damaged, "The manifest does not fit itself.")
        }
    }

    private static func reference(_ value: JSONValue) throws -> Reference {
        var reader = JSONReader(value)
        let reference = Reference(
            backupID: reader.string("backupId", StringRule(1...64, AllowedCharacters("a-z0-9-"))),
            digest: reader.string("manifestSha256", StringRule(64...64, AllowedCharacters("0-9a-f")))
        )
        try reader.finish()
        return reference
    }
}

extension BackupManifest.File {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("file", name)
        json.member("sha256", digest)
        json.member("bytes", bytes)
        json.member("rawBytes", rawBytes)
    }

    fileprivate init(_ reader: inout JSONReader) {
        name = reader.string("file", StringRule(1...100, AllowedCharacters("a-z0-9.-")))
        digest = reader.string("sha256", StringRule(64...64, AllowedCharacters("0-9a-f")))
        // They decide how much memory is taken, and nobody may have signed them yet.
        bytes = reader.integer("bytes", in: 0...Int64(SegmentFile.fileLimit))
        rawBytes = reader.integer("rawBytes", in: 0...Int64(SegmentFile.lengthLimit))
    }

    fileprivate init(_ value: JSONValue) throws {
        var reader = JSONReader(value)
        self.init(&reader)
        try reader.finish()
    }
}

extension BackupLock {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("cipher", "AES-256-GCM")
        json.member("keyId", keyID)
        json.member("wrappedKey", Base64.encode(wrappedKey))
        if let derivation {
            json.member("derivation", "scrypt")
            json.member("salt", Base64.encode(derivation.salt))
            json.member("cost", Int64(derivation.scrypt.cost))
            json.member("blockSize", Int64(derivation.scrypt.blockSize))
            json.member("parallelism", Int64(derivation.scrypt.parallelism))
        }
    }

    fileprivate init(_ value: JSONValue) throws {
        var reader = JSONReader(value)
        let name = StringRule(1...500)
        let cipher = reader.string("cipher", name)
        keyID = reader.string("keyId", StringRule(16...16, AllowedCharacters("0-9a-f")))
        let wrapped = Base64.decode(reader.string("wrappedKey", name))
        if let way = reader.stringIfPresent("derivation", name) {
            let salt = Base64.decode(reader.string("salt", name))
            let scrypt = Scrypt(
                cost: UInt64(reader.integer("cost", in: 2...(1 << 24))),
                blockSize: UInt64(reader.integer("blockSize", in: 1...64)),
                parallelism: UInt64(reader.integer("parallelism", in: 1...16))
            )
            guard way == "scrypt", let salt else { throw BackupError(.damaged, "The manifest's key is no key.") }
            derivation = Derivation(scrypt: scrypt, salt: salt)
        }
        try reader.finish()
        guard cipher == "AES-256-GCM", let wrapped else {
            throw BackupError(.damaged, "The manifest's key is no key.")
        }
        wrappedKey = wrapped
    }
}
