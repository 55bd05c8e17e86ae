import Foundation

/// Where Redis is, how to sign in, and how long it may take. Its description never holds a password.
package struct RedisConfiguration: Sendable, Hashable, CustomStringConvertible {
    /// A server's address.
    package enum Place: Sendable, Hashable, CustomStringConvertible {
        case network(host: String, port: Int)
        case socket(path: String)

        package var description: String {
            switch self {
            case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .socket(let path): path
            }
        }
    }

    package var place: Place
    package var user: String?
    package var password: String?
    /// The number of the database.
    package var database = 0
    /// How many connections are held open, each served by a thread of its own.
    package var connections = 2
    /// How long a connection may take to be made and greeted. No caller waits for it.
    package var connectTimeout = Duration.seconds(1)
    /// How long a caller waits for replies at most, its time in the queue included.
    package var commandTimeout = Duration.milliseconds(50)
    /// How many callers may wait before further ones are refused at once.
    package var maximumPending = 4096
    /// How many bytes may come in answer to one round trip.
    package var maximumReplyBytes = 64 << 20

    package init(place: Place) {
        self.place = place
    }

    /// Reads `redis://[[user]:password@]host[:port][/database]` or `unix://[[user]:password@]/path[?db=database]`.
    ///
    /// `rediss://` is refused: hiredis 0.14 has no TLS. A message never quotes the URL, which may hold a password.
    package init(url: String) throws(RedisError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else {
            throw Self.notUnderstood
        }
        switch scheme {
        case "redis": try self.init(network: parts)
        case "unix", "redis+unix": try self.init(socket: parts)
        case "rediss":
            throw RedisError(
                .invalidConfiguration,
                "rediss:// cannot be used: the Redis client (hiredis 0.14) has no TLS. Reach Redis through a unix "
                    + "socket, a private network or a local TLS tunnel, by redis:// or unix://."
            )
        default: throw Self.notUnderstood
        }
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        guard user == nil || password != nil else {
            throw RedisError(.invalidConfiguration, "The Redis URL names a user but no password.")
        }
    }

    private init(network parts: URLComponents) throws(RedisError) {
        guard var host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil else {
            throw Self.notUnderstood
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let port = parts.port ?? 6379
        guard (1...65_535).contains(port) else { throw Self.notUnderstood }
        self.init(place: .network(host: host, port: port))
        let path = parts.path.drop { $0 == "/" }
        if !path.isEmpty { database = try Self.database(path) }
    }

    private init(socket parts: URLComponents) throws(RedisError) {
        guard parts.path.hasPrefix("/"), parts.host ?? "" == "", parts.path.utf8.count < 108 else {
            throw Self.notUnderstood
        }
        self.init(place: .socket(path: parts.path))
        for item in parts.queryItems ?? [] {
            guard item.name == "db", let value = item.value else { throw Self.notUnderstood }
            database = try Self.database(value[...])
        }
    }

    private static func database(_ text: Substring) throws(RedisError) -> Int {
        guard let number = Int(text), (0..<1_000_000).contains(number) else {
            throw RedisError(.invalidConfiguration, "The database in the Redis URL is not a number.")
        }
        return number
    }

    private static var notUnderstood: RedisError {
        RedisError(
            .invalidConfiguration,
            "The Redis URL is not understood. Write redis://host:port/database, redis://user:password@host:port or "
                + "unix:///path/to/socket; special characters are percent-encoded."
        )
    }

    package var description: String {
        "redis(\(place)/\(database)\(user.map { " as \($0)" } ?? ""))"
    }
}
