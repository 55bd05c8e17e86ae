/// Reads the data of a `COPY … TO STDOUT (FORMAT binary)`, however it was cut into pieces.
package struct BinaryCopyReader: Sendable {
    /// What could not be read yet, because the rest had not come.
    private var pending: [UInt8] = []
    private var hasHeader = false
    /// Where each field of the current row lies; -1 as length for NULL.
    private var fields: [BinaryCopyRow.Field] = []
    /// Whether the trailer was read: without it the data is cut short.
    package private(set) var isComplete = false

    private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]

    package init() {}

    /// Hands each row that is complete to the closure. The row is only lent.
    package mutating func read(_ piece: [UInt8], _ row: (BinaryCopyRow) throws -> Void) throws {
        try piece.withUnsafeBytes { try read($0, row) }
    }

    /// Hands each row that is complete to the closure. The row is only lent, and so is the piece.
    package mutating func read(_ piece: UnsafeRawBufferPointer, _ row: (BinaryCopyRow) throws -> Void) throws {
        if pending.isEmpty {
            let consumed = try parse(piece, row)
            if consumed < piece.count { pending.append(contentsOf: piece[consumed...]) }
        } else {
            var joined = pending
            pending = []
            joined.append(contentsOf: piece)
            let consumed = try joined.withUnsafeBytes { try parse($0, row) }
            if consumed < joined.count { pending.append(contentsOf: joined[consumed...]) }
        }
    }

    /// Answers how many bytes were read.
    // Not inlined: the optimizer of Swift 6.3 crashes when it inlines a call that lends a noncopyable row.
    @inline(never)
    private mutating func parse(
        _ bytes: UnsafeRawBufferPointer,
        _ row: (BinaryCopyRow) throws -> Void
    ) throws -> Int {
        var consumed = try parseHeader(bytes)
        guard hasHeader else { return 0 }
        while !isComplete, let end = try parseRow(bytes, from: consumed) {
            if !isComplete { try row(BinaryCopyRow(bytes: bytes, fields: fields)) }
            consumed = end
        }
        if isComplete, consumed < bytes.count { throw malformed("goes on after its trailer") }
        return consumed
    }

    private mutating func parseHeader(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        if hasHeader { return 0 }
        let length = Self.signature.count + 8
        guard bytes.count >= length else { return 0 }
        guard bytes.starts(with: Self.signature) else { throw malformed("does not begin with the signature") }
        let extensionLength = Int(bytes.bigEndian(at: length - 4, as: Int32.self))
        guard extensionLength >= 0 else { throw malformed("has a header of negative length") }
        guard bytes.count - length >= extensionLength else { return 0 }
        hasHeader = true
        return length + extensionLength
    }

    /// Finds the fields of the row at `start`; answers where it ends, nil if it is not all there.
    private mutating func parseRow(_ bytes: UnsafeRawBufferPointer, from start: Int) throws -> Int? {
        guard bytes.count - start >= 2 else { return nil }
        let count = Int(bytes.bigEndian(at: start, as: Int16.self))
        var offset = start + 2
        if count == -1 {
            isComplete = true
            return offset
        }
        guard count >= 0 else { throw malformed("has a row with \(count) fields") }
        fields.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            guard bytes.count - offset >= 4 else { return nil }
            let length = Int(bytes.bigEndian(at: offset, as: Int32.self))
            guard length >= -1 else { throw malformed("has a field of negative length") }
            offset += 4
            guard bytes.count - offset >= max(length, 0) else { return nil }
            fields.append(BinaryCopyRow.Field(offset: offset, length: length))
            offset += max(length, 0)
        }
        return offset
    }

    private func malformed(_ what: String) -> PostgresError {
        PostgresError(.decoding, "The data of the binary COPY \(what).")
    }
}

/// One row of a binary COPY; valid only within the closure that it was lent to.
package struct BinaryCopyRow {
    struct Field: Sendable {
        var offset: Int
        var length: Int
    }

    let bytes: UnsafeRawBufferPointer
    let fields: [Field]

    package var fieldCount: Int { fields.count }

    /// All of the row, as it goes into a binary COPY again. Valid as long as the row.
    package var whole: UnsafeRawBufferPointer {
        guard let first = fields.first, let last = fields.last else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[first.offset - 6..<last.offset + max(last.length, 0)])
    }

    /// The bytes of a field, nil for NULL or a field that is not there. Valid as long as the row.
    package func bytes(_ field: Int) -> UnsafeRawBufferPointer? {
        guard field >= 0, field < fields.count, fields[field].length >= 0 else { return nil }
        let place = fields[field]
        return UnsafeRawBufferPointer(rebasing: bytes[place.offset..<place.offset + place.length])
    }

    /// Decodes a field. COPY names no types: the column must have the one that the Swift type is bound as.
    package func decode<Value: PostgresEncodable & PostgresDecodable>(_ field: Int, as type: Value.Type) throws -> Value
    {
        guard field >= 0, field < fields.count else {
            throw PostgresError(.decoding, "There is no field \(field); the row has \(fields.count).")
        }
        do throws(PostgresValueError) {
            guard let bytes = bytes(field) else { return try Value.decodeNull() }
            return try Value.decode(bytes, type: Value.postgresType)
        } catch {
            throw PostgresError(.decoding, "Field \(field) of the COPY \(error.message).")
        }
    }
}
