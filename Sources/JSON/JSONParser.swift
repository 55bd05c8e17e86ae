/// Recursive descent over bytes that outlive it.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let maximumDepth: Int
    var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func parseText() throws(JSONParsingError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw fault("The text begins with a byte order mark; send it without one.")
        }
        skipWhitespace()
        let value = try parseValue(depth: 0)
        skipWhitespace()
        guard index == bytes.count else { throw fault("Something follows the end of the JSON text.") }
        return value
    }

    mutating func parseValue(depth: Int) throws(JSONParsingError) -> JSONValue {
        guard index < bytes.count else { throw endOfText() }
        switch bytes[index] {
        case UInt8(ascii: "\""):
            return .string(try parseString())
        case UInt8(ascii: "{"):
            return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["):
            return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try parseNumber())
        case UInt8(ascii: "t"):
            try expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        default:
            throw fault("A value was expected here: an object, an array, a string, a number, true, false or null.")
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONParsingError) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return elements }
        while true {
            do throws(JSONParsingError) {
                elements.append(try parseValue(depth: depth))
            } catch {
                throw error.inside(String(elements.count))
            }
            skipWhitespace()
            if skip(UInt8(ascii: "]")) { return elements }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("A comma or ] was expected here.") }
            skipWhitespace()
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONParsingError) -> JSONObject {
        try enter(depth)
        var members = UniqueMembers()
        if skip(UInt8(ascii: "}")) { return JSONObject() }
        while true {
            let nameStart = index
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw unexpected("A member's name in double quotes was expected here.")
            }
            let name = try parseString()
            guard members.accepts(name) else {
                throw fault(.duplicateName, "The member \"\(name)\" comes twice.", at: nameStart).inside(name)
            }
            skipWhitespace()
            guard skip(UInt8(ascii: ":")) else { throw unexpected("A colon was expected here.") }
            skipWhitespace()
            do throws(JSONParsingError) {
                members.append(name, try parseValue(depth: depth))
            } catch {
                throw error.inside(name)
            }
            skipWhitespace()
            if skip(UInt8(ascii: "}")) { return JSONObject(uniqueMembers: members.members) }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("A comma or } was expected here.") }
            skipWhitespace()
        }
    }

    /// Steps over the opening bracket and the white space after it.
    private mutating func enter(_ depth: Int) throws(JSONParsingError) {
        guard depth <= maximumDepth else {
            throw fault(.tooDeep, "Arrays and objects are nested more than \(maximumDepth) deep.", at: index)
        }
        index += 1
        skipWhitespace()
    }

    private mutating func expect(_ literal: StaticString) throws(JSONParsingError) {
        let length = literal.utf8CodeUnitCount
        for step in 0..<length {
            guard index + step < bytes.count, bytes[index + step] == literal.utf8Start[step] else {
                throw fault("A value was expected here; did you mean \(literal)?")
            }
        }
        index += length
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    func fault(_ message: String) -> JSONParsingError {
        fault(.malformed, message, at: index)
    }

    func fault(_ code: JSONParsingError.Code, _ message: String, at offset: Int) -> JSONParsingError {
        JSONParsingError(code, message, at: offset, in: bytes)
    }

    func unexpected(_ message: String) -> JSONParsingError {
        index < bytes.count ? fault(message) : endOfText()
    }

    func endOfText() -> JSONParsingError {
        fault(bytes.isEmpty ? "The text is empty; a JSON value was expected." : "The text ends too early.")
    }
}

extension JSONParsingError {
    /// The same fault, seen from one level further out.
    fileprivate func inside(_ token: String) -> JSONParsingError {
        var error = self
        error.pointer.tokens.insert(token, at: 0)
        return error
    }
}

/// Members on their way into an object, each name once. Few names are compared one by one; from there on a set keeps
/// an object with very many members from taking quadratic time.
private struct UniqueMembers {
    var members: [JSONObject.Member] = []
    private var names: Set<ExactString> = []

    mutating func accepts(_ name: String) -> Bool {
        if members.count < 16 {
            return !members.contains { $0.name.hasSameBytes(as: name) }
        }
        if names.isEmpty {
            names = Set(members.map { ExactString($0.name) })
        }
        return names.insert(ExactString(name)).inserted
    }

    mutating func append(_ name: String, _ value: JSONValue) {
        if members.isEmpty { members.reserveCapacity(8) }
        members.append(JSONObject.Member(name: name, value: value))
    }
}
