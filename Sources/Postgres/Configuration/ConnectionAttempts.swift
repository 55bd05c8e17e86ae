/// One server to be tried, as the keywords that libpq is given.
struct ConnectionAttempt: Hashable {
    var host: PostgresConfiguration.Host
    var keywords: [String: String]

    var place: String {
        (host.name ?? host.address ?? "the default host") + (host.port.map { ", port \($0)" } ?? "")
    }
}

extension PostgresConfiguration {
    /// Settings that this module relies on: what it parses from text depends on them.
    private static let sessionOptions =
        "-c standard_conforming_strings=on -c DateStyle=ISO -c TimeZone=UTC -c bytea_output=hex"

    /// The servers in the order in which they are to be tried.
    ///
    /// Hosts are tried one by one and not left to libpq as a list, so that each has a time limit of its own.
    /// `prefer-standby` means a second round in which any server will do. Of several hosts that nothing is said about only
    /// the primary is taken: a standby is behind, refuses to write, and would be read from where it answers first.
    var attempts: [ConnectionAttempt] {
        if self["target_session_attrs"] == "prefer-standby" {
            return attempts(sessionAttributes: "standby") + attempts(sessionAttributes: "any")
        }
        return attempts(sessionAttributes: self["target_session_attrs"] ?? (hosts.count > 1 ? "primary" : nil))
    }

    private func attempts(sessionAttributes: String?) -> [ConnectionAttempt] {
        hosts.map { host in
            var keywords = settings
            keywords["host"] = host.name
            keywords["hostaddr"] = host.address
            keywords["port"] = host.port
            keywords["target_session_attrs"] = sessionAttributes
            keywords["client_encoding"] = "UTF8"
            keywords["options"] = [settings["options"], Self.sessionOptions].compactMap(\.self).joined(separator: " ")
            // A look-up of Kerberos credentials costs more than the connection; who wants it says so.
            keywords["gssencmode"] = settings["gssencmode"] ?? "disable"
            // A peer that vanished without a word is noticed within a minute.
            keywords["keepalives_idle"] = settings["keepalives_idle"] ?? "30"
            keywords["keepalives_interval"] = settings["keepalives_interval"] ?? "10"
            keywords["keepalives_count"] = settings["keepalives_count"] ?? "3"
            keywords["tcp_user_timeout"] = settings["tcp_user_timeout"] ?? "30000"
            return ConnectionAttempt(host: host, keywords: keywords)
        }
    }
}
