import OpenSSL

/// What is to be uploaded: so many bytes, read piece by piece.
package struct S3Source: Sendable {
    /// How many.
    package let bytes: Int64
    let read: @Sendable (Range<Int64>) throws -> [UInt8]

    /// Something that can be read again and again, always the same.
    package init(bytes: Int64, read: @escaping @Sendable (Range<Int64>) throws -> [UInt8]) {
        self.bytes = bytes
        self.read = read
    }

    /// What is in memory.
    package init(_ content: [UInt8]) {
        self.init(bytes: Int64(content.count)) { Array(content[Int($0.lowerBound)..<Int($0.upperBound)]) }
    }
}

extension S3Client {
    /// What servers take as a part at least, the last one aside.
    package static let smallestPart: Int64 = 5 << 20
    /// How many parts an upload may have.
    private static let mostParts: Int64 = 10_000

    /// Writes an object as a whole or, where it is longer than a part, in parts.
    ///
    /// Where an upload of the same object was interrupted before, the parts that arrived then, and are those that would be
    /// sent now, are not sent again. One that fails is left as it is, to be gone on with.
    ///
    /// - Parameter progress: hears how many bytes have arrived.
    /// - Returns: how many parts had arrived before.
    @discardableResult
    package func upload(
        _ source: S3Source,
        as key: String,
        partSize: Int64 = 16 << 20,
        lock: S3Lock? = nil,
        progress: @Sendable (Int64) -> Void = { _ in }
    ) async throws -> Int {
        guard source.bytes > partSize else {
            try await put(try source.read(0..<source.bytes), as: key, lock: lock)
            progress(source.bytes)
            return 0
        }
        let size = max(partSize, Self.smallestPart, (source.bytes + Self.mostParts - 1) / Self.mostParts)
        let before = try await uploads(key).filter { $0.key == key }
            .max { ($0.begunAt ?? .earliest) < ($1.begunAt ?? .earliest) }
        var arrived: [Int: S3Part] = [:]
        if let before { arrived = try await parts(of: before) }
        let upload: S3Upload
        if let before { upload = before } else { upload = try await begin(key, lock) }
        var parts: [S3Part] = []
        var kept = 0
        var start: Int64 = 0
        while start < source.bytes {
            try Task.checkCancellation()
            let end = min(start + size, source.bytes)
            let bytes = try source.read(start..<end)
            let digest = MD5.hash(bytes)
            let number = parts.count + 1
            if let part = arrived[number], part.bytes == end - start, part.tag.lowercased() == Hex.encode(digest) {
                parts.append(part)
                kept += 1
            } else {
                parts.append(try await send(bytes, digest, asPart: number, of: upload))
            }
            start = end
            progress(start)
        }
        try await complete(upload, parts, bytes: source.bytes)
        // One that was begun before may have a lock that ends earlier, or none.
        if before != nil, let lock { try await self.lock(key, lock) }
        return kept
    }
}
