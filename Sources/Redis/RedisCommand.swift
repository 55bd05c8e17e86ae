/// A command with its arguments, as any bytes: nothing is quoted, spliced or cut at a NUL.
package struct RedisCommand: Sendable, Hashable {
    /// The command as it goes over the wire (RESP: an array of bulk strings).
    let encoded: [UInt8]

    /// - Parameters:
    ///   - name: e.g. `SET`
    ///   - arguments: in the command's order
    package init(_ name: String, _ arguments: [any RedisArgument] = []) {
        self.init(parts: [Array(name.utf8)] + arguments.map(\.redisBytes))
    }

    package init(_ name: String, _ arguments: any RedisArgument...) {
        self.init(name, arguments)
    }

    package init(parts: [[UInt8]]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(16) { $0 + $1.count + 16 })
        func line(_ mark: UInt8, _ number: Int) {
            bytes.append(mark)
            bytes.append(contentsOf: String(number).utf8)
            bytes.append(13)
            bytes.append(10)
        }
        line(UInt8(ascii: "*"), parts.count)
        for part in parts {
            line(UInt8(ascii: "$"), part.count)
            bytes.append(contentsOf: part)
            bytes.append(13)
            bytes.append(10)
        }
        encoded = bytes
    }
}

/// A value that can be an argument of a command.
package protocol RedisArgument: Sendable {
    var redisBytes: [UInt8] { get }
}

extension Array: RedisArgument where Element == UInt8 {
    package var redisBytes: [UInt8] { self }
}

extension String: RedisArgument {
    package var redisBytes: [UInt8] { Array(utf8) }
}

extension Int: RedisArgument {
    package var redisBytes: [UInt8] { Array(String(self).utf8) }
}

extension Int64: RedisArgument {
    package var redisBytes: [UInt8] { Array(String(self).utf8) }
}
