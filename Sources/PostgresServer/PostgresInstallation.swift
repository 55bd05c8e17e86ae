/// The installed server programs of the PostgreSQL release that Daybook is built for.
struct PostgresInstallation: Sendable {
    /// The release whose clusters are made and run. Another release cannot read their files.
    static let majorVersion = 15

    /// Where packages put the programs; `PATH` rarely names these.
    static let usualDirectories = [
        "/usr/lib/postgresql/\(majorVersion)/bin",
        "/usr/pgsql-\(majorVersion)/bin",
        "/usr/local/pgsql/bin",
        "/opt/homebrew/opt/postgresql@\(majorVersion)/bin",
        "/usr/local/opt/postgresql@\(majorVersion)/bin",
    ]

    let directory: String

    var initdb: String { "\(directory)/initdb" }
    var postgres: String { "\(directory)/postgres" }

    /// Finds the programs: where the options say, else in the usual places, else where `pg_config` and the search
    /// path point.
    static func find(_ options: ClusterOptions) async throws -> PostgresInstallation {
        var otherVersions: [String] = []
        for directory in await candidates(options) {
            guard let answer = try await answer(of: directory) else { continue }
            if version(in: answer) == majorVersion { return PostgresInstallation(directory: directory) }
            otherVersions.append("\(directory) holds \(answer)")
        }
        throw notFound(options, otherVersions)
    }

    /// Where to look, best first.
    private static func candidates(_ options: ClusterOptions) async -> [String] {
        if let binaries = options.binaries { return [binaries] }
        let searched = options.searchPath + ["/usr/local/bin", "/usr/bin"]
        var named: [String] = []
        for directory in searched {
            if let place = await binaries(namedIn: directory) { named.append(place) }
        }
        return usualDirectories + named + searched
    }

    /// What the directory's `pg_config` says.
    private static func binaries(namedIn directory: String) async -> String? {
        guard PosixFile.isExecutable("\(directory)/pg_config") else { return nil }
        return try? await ChildProcess.output(of: ["\(directory)/pg_config", "--bindir"])
    }

    /// What the directory's server says of its version; nil where there is none.
    private static func answer(of directory: String) async throws -> String? {
        guard PosixFile.isExecutable("\(directory)/postgres"), PosixFile.isExecutable("\(directory)/initdb") else {
            return nil
        }
        return try await ChildProcess.output(of: ["\(directory)/postgres", "--version"])
    }

    private static func notFound(_ options: ClusterOptions, _ otherVersions: [String]) -> PrivateClusterError {
        let places = options.binaries ?? "the usual places and PATH"
        let others = otherVersions.isEmpty ? "" : " (\(otherVersions.joined(separator: "; ")))"
        return PrivateClusterError(
            .serverNotInstalled,
            """
            PostgreSQL \(majorVersion)'s server programs were not found in \(places)\(others). On Debian: \
            apt-get install postgresql-\(majorVersion). Or point DATABASE_URL at a server that runs already.
            """
        )
    }

    /// The major version in `postgres (PostgreSQL) 15.4 (Debian …)`.
    static func version(in answer: String) -> Int? {
        guard let word = answer.split(separator: " ").first(where: { $0.first?.isNumber == true }) else { return nil }
        return Int(word.prefix { $0.isNumber })
    }
}
