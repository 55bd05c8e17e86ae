import HTTPTypes
import JSON
import NIOCore
package import OpenSSL

/// A request's `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) and what it was used for.
package struct IdempotencyKey: Sendable, Hashable {
    /// Whose key it is: keys of different actors never meet.
    package let scope: String
    /// The key.
    package let key: String
    /// SHA-256 of method, target and body: the same key with another digest is another request, and refused.
    package let requestDigest: Digest32
}

/// `Idempotency-Key`: a repetition of a command is answered as the first time and does nothing again.
package struct IdempotencyHeader: EndpointInput {
    private static let length = 1...200

    /// The header field.
    package init() {}

    package func describe(in operation: inout OperationDescription) {
        operation.parameters.append(
            .init(
                .header,
                HTTPField.Name.idempotencyKey.rawName,
                isRequired: false,
                .string(StringRule(1...202, .init(" -~"))),
                "A string such as \"3f1c…\" that no other command of the actor has used. The quotes may be left out."
            )
        )
    }

    package func read(
        from request: borrowing IncomingRequest,
        problems: inout [FieldProblem]
    ) throws -> IdempotencyKey?? {
        guard let field = request.headers[.idempotencyKey] else { return .some(nil) }
        let text = Self.string(ofStructuredField: field) ?? Self.bare(field)
        guard let key = text, Self.length.contains(key.utf8.count) else {
            problems.append(
                FieldProblem(
                    .header,
                    HTTPField.Name.idempotencyKey.rawName,
                    "is to be a string of 1 to 200 ASCII characters, best in double quotes (RFC 9651, section 3.3.3)."
                )
            )
            return nil
        }
        var hash = SHA256()
        hash.update("\(request.method.rawValue) \(request.target)\n")
        request.body.withUnsafeReadableBytes { hash.update($0) }
        return IdempotencyKey(scope: request.actor, key: key, requestDigest: hash.finalize())
    }

    /// A key without quotes, as most clients send it although the draft asks for them: letters, digits and `-._~:`.
    static func bare(_ field: String) -> String? {
        let isPlain = field.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        return isPlain ? field : nil
    }

    /// The string that is the whole of a structured field (RFC 9651, section 4.2.5); nil for any other item.
    static func string(ofStructuredField field: String) -> String? {
        var bytes = field.utf8[...]
        while bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        guard bytes.popFirst() == UInt8(ascii: "\"") else { return nil }
        var string: [UInt8] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                return bytes.isEmpty ? String(decoding: string, as: UTF8.self) : nil
            case UInt8(ascii: "\\"):
                guard let escaped = bytes.popFirst(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { return nil }
                string.append(escaped)
            case 0x20...0x7E:
                string.append(byte)
            default:
                return nil
            }
        }
        return nil
    }
}
