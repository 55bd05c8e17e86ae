import CHiredis

extension RedisReply {
    /// Copies a reply of hiredis, which nests them seven deep at most.
    init(_ reply: UnsafeMutablePointer<redisReply>) {
        let value = reply.pointee
        switch value.type {
        case chiredis_reply_integer: self = .integer(value.integer)
        case chiredis_reply_string: self = .string(Self.bytes(value))
        case chiredis_reply_status: self = .status(String(decoding: Self.bytes(value), as: UTF8.self))
        case chiredis_reply_error: self = .error(String(decoding: Self.bytes(value).prefix(300), as: UTF8.self))
        case chiredis_reply_array:
            self = .array((0..<value.elements).map { value.element[$0].map(RedisReply.init) ?? .null })
        default: self = .null
        }
    }

    private static func bytes(_ value: redisReply) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: value.str, count: value.str == nil ? 0 : value.len))
    }
}
