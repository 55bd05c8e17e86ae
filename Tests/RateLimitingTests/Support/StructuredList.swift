/// Lists of strings with parameters that are integers, by the grammar of RFC 9651 (section 4.2): what the fields of limits
/// are made of. Nil for anything else.
struct StructuredList: Equatable {
    struct Item: Equatable {
        var value: String
        var parameters: [String: Int64]
    }

    var items: [Item] = []

    init?(_ text: String?) {
        guard let text else { return nil }
        var rest = Array(text.utf8)[...]
        repeat {
            Self.skipBlanks(&rest)
            guard let value = Self.string(&rest) else { return nil }
            var item = Item(value: value, parameters: [:])
            while rest.first == UInt8(ascii: ";") {
                rest.removeFirst()
                while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
                guard let key = Self.key(&rest), rest.first == UInt8(ascii: "=") else { return nil }
                rest.removeFirst()
                guard let number = Self.integer(&rest) else { return nil }
                item.parameters[key] = number
            }
            items.append(item)
            Self.skipBlanks(&rest)
            if rest.isEmpty { return }
            guard rest.removeFirst() == UInt8(ascii: ",") else { return nil }
        } while true
    }

    subscript(name: String) -> [String: Int64]? { items.first { $0.value == name }?.parameters }

    private static func skipBlanks(_ rest: inout ArraySlice<UInt8>) {
        while let first = rest.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
    }

    private static func string(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.popFirst() == 0x22 else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case 0x22: return String(decoding: bytes, as: UTF8.self)
            case 0x5C:
                guard let escaped = rest.popFirst(), escaped == 0x22 || escaped == 0x5C else { return nil }
                bytes.append(escaped)
            case 0x20...0x7E: bytes.append(byte)
            default: return nil
            }
        }
        return nil
    }

    private static func key(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let first = rest.first, (0x61...0x7A).contains(first) || first == UInt8(ascii: "*") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.first,
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "_-.*".utf8.contains(byte)
        {
            bytes.append(rest.removeFirst())
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func integer(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        var bytes: [UInt8] = []
        if rest.first == UInt8(ascii: "-") { bytes.append(rest.removeFirst()) }
        while let byte = rest.first, (0x30...0x39).contains(byte) { bytes.append(rest.removeFirst()) }
        return bytes.count <= 16 ? Int64(String(decoding: bytes, as: UTF8.self)) : nil
    }
}
