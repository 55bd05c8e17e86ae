extension JSONValue {
    /// Reads one JSON text, strictly.
    ///
    /// Beyond the grammar of RFC 8259 the text has to be UTF-8 without a byte order mark, no object may name a member
    /// twice, surrogates have to come in pairs, and U+0000 is refused because PostgreSQL's `text` cannot hold it.
    ///
    /// - Parameter maximumDepth: how deeply arrays and objects may be nested, at most 512.
    package init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONParsingError) {
        self = try bytes.withUnsafeBufferPointer { Self.parse($0, maximumDepth) }.get()
    }

    /// Reads one JSON text, under the same rules.
    package init(parsing bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int = 64) throws(JSONParsingError) {
        self = try Self.parse(bytes, maximumDepth).get()
    }

    /// Reads one JSON text, under the same rules.
    package init(parsing bytes: some Sequence<UInt8>, maximumDepth: Int = 64) throws(JSONParsingError) {
        let parsed = bytes.withContiguousStorageIfAvailable { Self.parse($0, maximumDepth) }
        self = try (parsed ?? Array(bytes).withUnsafeBufferPointer { Self.parse($0, maximumDepth) }).get()
    }

    /// Reads one JSON text, under the same rules.
    package init(parsing text: String, maximumDepth: Int = 64) throws(JSONParsingError) {
        try self.init(parsing: text.utf8, maximumDepth: maximumDepth)
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ maximumDepth: Int
    ) -> Result<JSONValue, JSONParsingError> {
        do throws(JSONParsingError) {
            var parser = JSONParser(bytes, maximumDepth: min(maximumDepth, 512))
            return .success(try parser.parseText())
        } catch {
            return .failure(error)
        }
    }
}
