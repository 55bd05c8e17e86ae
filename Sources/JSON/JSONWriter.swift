/// Writes JSON text into a byte array, compact and in the order of the calls.
///
/// Commas are set by looking at the last byte: after `{`, `[` and `:`, at the start of the text and after a newline
/// (so that lines of NDJSON can follow one another) there is none. It is for the caller to pair begin and end and to
/// name the members of objects; the closure forms see to the pairing.
package struct JSONWriter: Sendable {
    /// The text so far.
    package var bytes: [UInt8]

    /// An empty text with room for so many bytes.
    package init(reservingCapacity capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// The text so far.
    package var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Begins an object, as a value.
    package mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
    }

    /// Ends the innermost object.
    package mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
    }

    /// Begins an array, as a value.
    package mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
    }

    /// Ends the innermost array.
    package mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
    }

    /// An object with the members that `body` writes.
    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        beginObject()
        try body(&self)
        endObject()
    }

    /// An array of the values that `body` writes.
    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        beginArray()
        try body(&self)
        endArray()
    }

    /// Ends a line of NDJSON.
    package mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A member's name; its value comes next.
    package mutating func name(_ name: String) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A member's name that needs no escapes; its value comes next. For generated code: it is the quickest way.
    package mutating func name(literal name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Sets the comma that the next value or name needs.
    mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "\n"): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }
}
