import Foundation
import TestSupport

/// SQL sessions of auditors: logins in the group daybook_auditor, each named like a user of Daybook.
struct AuditorDesk: Sendable {
    let branches: TwoBranches

    var served: Served { branches.served }

    /// Two branches, and a server that lets auditors sign in.
    static func open<R: Sendable>(_ body: @escaping @Sendable (AuditorDesk) async throws -> R) async throws -> R {
        try await TwoBranches.open { branches in
            let desk = AuditorDesk(branches: branches)
            try await desk.letAuditorsIn()
            return try await body(desk)
        }
    }

    /// The private cluster lets nobody in but its own account; a DBA's lets auditors.
    private func letAuditorsIn() async throws {
        let path = try await Psql.run("show hba_file", on: served.url)
        let lines = try String(contentsOfFile: path, encoding: .utf8)
        let line = "local all +daybook_auditor trust\n"
        if !lines.contains(line) { try (line + lines).write(toFile: path, atomically: false, encoding: .utf8) }
        try await Psql.run("select pg_reload_conf()", on: served.url)
    }

    /// What a DBA does for an auditor. Logins are the whole cluster's, and outlive a database.
    func admit(_ user: String) async throws {
        try await Psql.run(
            """
            do $$ begin
                if not exists (select from pg_roles where rolname = '\(user)') then create role "\(user)" login; end if;
            end $$;
            grant daybook_auditor to "\(user)";
            """,
            on: served.url
        )
    }

    /// What statements answer to a user who signed in with SQL.
    func ask(_ user: String, _ statements: String) async throws -> String {
        let url = served.url.replacing(#/user=[^&]*/#, with: "user=\(user)")
        return try await Psql.run(statements, on: url)
    }

    /// The complaint that a statement meets with; nil where it goes through.
    func refusal(_ user: String, _ statements: String) async -> String? {
        do {
            _ = try await ask(user, statements)
            return nil
        } catch { return "\(error)" }
    }

    /// The views that auditors have.
    func views() async throws -> [String] {
        try await Psql.run(
            """
            select table_schema || '.' || table_name from information_schema.views
            where table_schema like 'auditor%' order by 1
            """,
            on: served.url
        ).split(separator: "\n").map(String.init)
    }

    /// All that a user sees, view by view.
    func everything(_ user: String) async throws -> [String: String] {
        let views = try await views()
        let parts = views.map { "select '\($0)' || ' ' || replace(t::text, E'\\n', ' ') from \($0) as t" }
        let text = try await ask(user, parts.joined(separator: "\nunion all\n"))
        var seen: [String: String] = [:]
        for line in text.split(separator: "\n").sorted() {
            let mark = line.firstIndex(of: " ") ?? line.endIndex
            seen[String(line[..<mark]), default: ""] += line[mark...] + "\n"
        }
        return seen
    }
}
