package import Time

extension JSONWriter {
    /// `null`.
    package mutating func null() {
        separate()
        append("null")
    }

    /// `true` or `false`.
    package mutating func value(_ value: Bool) {
        separate()
        append(value ? "true" : "false")
    }

    /// A whole number.
    package mutating func value(_ value: Int64) {
        separate()
        guard value < 0 || value > 9 else {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
            return
        }
        append(value.description)
    }

    /// A whole number.
    package mutating func value(_ value: Int) {
        self.value(Int64(value))
    }

    /// A number by its shortest text that reads back the same; `null` for infinities and NaN, which JSON lacks.
    package mutating func value(_ value: Double) {
        separate()
        append(value.isFinite ? value.description : "null")
    }

    /// A moment, as an RFC 3339 string.
    package mutating func value(_ value: Timestamp) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        value.appendRFC3339(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A day, as an RFC 3339 `full-date`.
    package mutating func value(_ value: CalendarDay) {
        self.value(value.text)
    }

    /// An array of strings.
    package mutating func value(_ values: [String]) {
        beginArray()
        for element in values { value(element) }
        endArray()
    }

    /// Any JSON value, numbers to the digit.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let bool): self.value(bool)
        case .number(let number):
            separate()
            append(number.text)
        case .string(let string): self.value(string)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object): self.value(object)
        }
    }

    /// An object, its members in their order.
    package mutating func value(_ object: JSONObject) {
        beginObject()
        for member in object.members {
            name(member.name)
            value(member.value)
        }
        endObject()
    }

    /// A text that is known to be one JSON value, as it is.
    package mutating func value(rawJSON json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// A member with a string.
    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        self.value(value)
    }

    /// A member with a whole number.
    package mutating func member(_ name: String, _ value: Int64) {
        self.name(name)
        self.value(value)
    }

    /// A member with a whole number.
    package mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        self.value(value)
    }

    /// A member with a number.
    package mutating func member(_ name: String, _ value: Double) {
        self.name(name)
        self.value(value)
    }

    /// A member with a boolean.
    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        self.value(value)
    }

    /// A member with a moment.
    package mutating func member(_ name: String, _ value: Timestamp) {
        self.name(name)
        self.value(value)
    }

    /// A member with an array of strings.
    package mutating func member(_ name: String, _ value: [String]) {
        self.name(name)
        self.value(value)
    }

    /// A member with any JSON value.
    package mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }

    /// A member with an object.
    package mutating func member(_ name: String, object body: (inout JSONWriter) throws -> Void) rethrows {
        self.name(name)
        try object(body)
    }

    /// A member with an array.
    package mutating func member(_ name: String, array body: (inout JSONWriter) throws -> Void) rethrows {
        self.name(name)
        try array(body)
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}

extension JSONValue {
    /// The value as compact JSON text.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value as compact JSON text.
    package var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// How many bytes the value takes as compact JSON text.
    package var byteCount: Int { bytes.count }
}
