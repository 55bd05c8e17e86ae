#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who may connect to a private cluster: only over its Unix socket, and only whom the kernel vouches for.
///
/// The server asks the kernel who is at the other end of the socket (`peer`), and a map admits three accounts as the
/// database user `daybook`: root, the cluster's owner, and the account that started it, all of whom could read the
/// files anyway. There is no password to keep, to leak or to rotate, and another local user is refused even where
/// the path can be reached. `trust` in a closed directory would rest on modes alone; a password file would be one
/// more secret.
enum ClientAuthentication {
    /// The database superuser, and the database, that Daybook uses.
    static let user = "daybook"
    static let database = "daybook"
    private static let map = "daybook"

    static let rules = """
        # Written by Daybook at every start.
        # TYPE  DATABASE     USER  METHOD
        local   all          all   peer map=\(map)
        local   replication  all   peer map=\(map)

        """

    static func names(account: ServerAccount) -> String {
        var names: [String] = []
        for name in ["root", account.name, ServerAccount.account(uid: geteuid())?.name].compactMap({ $0 })
        where !names.contains(name) {
            names.append(name)
        }
        let lines = names.map { "\(map)  \"\($0)\"  \(user)\n" }
        return "# Written by Daybook at every start.\n# MAP  SYSTEM-USER  DATABASE-USER\n" + lines.joined()
    }
}
