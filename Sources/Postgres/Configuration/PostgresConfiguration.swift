import CLibpq

/// Where the database is and how to sign in, in libpq's own keywords.
///
/// Takes all that libpq does: URLs and `key=value` strings, several hosts, unix sockets, `target_session_attrs`,
/// `sslmode` and the rest. Its description never holds a password.
package struct PostgresConfiguration: Sendable, Hashable, CustomStringConvertible {
    /// One of the servers named; nil stands for libpq's default.
    package struct Host: Sendable, Hashable {
        /// A name, an address, or the directory of a unix socket.
        package var name: String?
        /// The address to use without a look-up.
        package var address: String?
        package var port: String?

        package init(name: String? = nil, address: String? = nil, port: String? = nil) {
            self.name = name
            self.address = address
            self.port = port
        }
    }

    /// The servers, in the order in which they are tried.
    package var hosts: [Host]
    /// How long one server may take to answer.
    package var connectTimeout: Duration
    /// How many prepared statements a connection keeps.
    package var statementCacheSize = 256
    /// Everything but the hosts, by libpq's keyword.
    package private(set) var settings: [String: String]

    /// Reads a `postgres://` URL or a `key=value` connection string.
    package init(url: String) throws {
        var settings = try Self.parse(url)
        let names = Self.list(settings.removeValue(forKey: "host"))
        let addresses = Self.list(settings.removeValue(forKey: "hostaddr"))
        let ports = Self.list(settings.removeValue(forKey: "port"))
        let count = max(names.count, addresses.count, 1)
        guard [0, count].contains(names.count), [0, count].contains(addresses.count),
            [0, 1, count].contains(ports.count)
        else {
            throw PostgresError(
                .invalidConfiguration,
                "The connection string names \(count) hosts but \(ports.count) ports or \(addresses.count) addresses; "
                    + "give one port for all, or as many as hosts."
            )
        }
        hosts = (0..<count).map { index in
            Host(
                name: names.isEmpty ? nil : names[index],
                address: addresses.isEmpty ? nil : addresses[index],
                port: ports.isEmpty ? nil : ports[ports.count == 1 ? 0 : index]
            )
        }
        let seconds = settings.removeValue(forKey: "connect_timeout").flatMap { Int($0) } ?? 0
        connectTimeout = seconds > 0 ? .seconds(seconds) : .seconds(5)
        self.settings = settings
    }

    package init(
        hosts: [Host],
        user: String? = nil,
        password: String? = nil,
        database: String? = nil,
        applicationName: String? = nil,
        connectTimeout: Duration = .seconds(5)
    ) {
        self.hosts = hosts.isEmpty ? [Host()] : hosts
        self.connectTimeout = connectTimeout
        settings = [:]
        self.user = user
        self.password = password
        self.database = database
        self.applicationName = applicationName
    }

    /// Any keyword of libpq's but those of the hosts.
    package subscript(keyword: String) -> String? {
        get { settings[keyword] }
        set { settings[keyword] = newValue }
    }

    package var user: String? {
        get { self["user"] }
        set { self["user"] = newValue }
    }

    package var password: String? {
        get { self["password"] }
        set { self["password"] = newValue }
    }

    package var database: String? {
        get { self["dbname"] }
        set { self["dbname"] = newValue }
    }

    package var applicationName: String? {
        get { self["application_name"] }
        set { self["application_name"] = newValue }
    }

    package var description: String {
        let places = hosts.map { host in
            (host.name ?? host.address ?? "default") + (host.port.map { ":\($0)" } ?? "")
        }
        return "postgres(\(places.joined(separator: ","))/\(database ?? "default") as \(user ?? "default"))"
    }

    private static func list(_ value: String?) -> [String?] {
        guard let value, !value.isEmpty else { return [] }
        return value.split(separator: ",", omittingEmptySubsequences: false).map { $0.isEmpty ? nil : String($0) }
    }

    /// The keywords that the string sets.
    private static func parse(_ text: String) throws -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            // libpq's message may quote the string, and with it the password.
            PQfreemem(message)
            throw PostgresError(
                .invalidConfiguration,
                "The connection string is not understood. Write postgres://user@host:port/database or "
                    + "host=… port=… user=… dbname=…; special characters in a URL are percent-encoded."
            )
        }
        defer { PQconninfoFree(options) }
        var settings: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { settings[String(cString: keyword)] = String(cString: value) }
            option = option.successor()
        }
        return settings
    }
}
