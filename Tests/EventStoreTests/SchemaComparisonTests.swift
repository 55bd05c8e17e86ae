import EventStore
import Postgres
import TestSupport
import Testing

/// A superuser who leaves the events alone and makes the database lie about them.
struct SchemaComparisonTests {
    static let lies: [(String, expected: String)] = [
        (
            "create or replace view log.rbac_role_assigned as select * from log.rbac_role_assigned where false",
            "view log.rbac_role_assigned"
        ),
        (
            """
            create or replace function log.claim(expected_size bigint, expected_edge bytea) returns void
            language sql as ''
            """,
            "function log.claim"
        ),
        (
            "create or replace function log.subject_of(type text, data json) returns text language sql immutable return null",
            "function log.subject_of"
        ),
        ("alter function log.refuse_change() security definer", "function log.refuse_change"),
        ("alter table log.events disable trigger refuse_update", "trigger refuse_update"),
        ("drop trigger refuse_delete on log.events", "trigger refuse_delete"),
        ("create rule quiet as on delete to log.checkpoints do instead nothing", "rule quiet"),
        ("alter table log.events enable row level security", "relation log.events"),
        ("create policy hide on log.events using (position > 5)", "policy hide"),
        ("create table log.more () inherits (log.events)", "child table log.more"),
        ("alter table log.events drop constraint events_pkey", "constraint events_pkey"),
        ("drop index log.events_type_position_idx", "index log.events_type_position_idx"),
        ("alter table log.events alter column actor set default 'nobody'", "column log.events.actor"),
        ("alter table log.events alter column actor drop not null", "column log.events.actor"),
        ("grant update on log.events to daybook_writer", "right daybook_writer UPDATE log.events"),
        (
            "grant execute on function log.erase_personal(bigint, bigint) to public",
            "right - EXECUTE log.erase_personal"
        ),
        ("alter table log.events owner to daybook_writer", "owner log.events"),
        ("create function log.extra() returns int language sql as 'select 1'", "function log.extra"),
    ]

    @Test(arguments: lies.indices)
    func whatDiffersFromTheShippedFilesIsNamed(_ index: Int) async throws {
        let (change, expected) = Self.lies[index]
        try await SampleLog.withCopy { log in
            let statement =
                change.contains("from log.rbac_role_assigned where false")
                ? """
                do $$ begin execute 'create or replace view log.rbac_role_assigned as '
                    || rtrim(pg_get_viewdef('log.rbac_role_assigned'::regclass), ';') || ' limit 0'; end $$
                """ : change
            try await Psql.run(statement, on: log.url)
            let comparison = try await compare(log)
            guard case .different(let sentences) = comparison else {
                Issue.record("\(change) was not noticed: \(comparison)")
                return
            }
            #expect(sentences.contains { $0.contains(expected) }, "\(sentences)")
        }
    }

    static let settings: [(statement: String, expected: String)] = [
        ("alter database %I set search_path = evil, pg_catalog", "search_path"),
        ("alter role daybook_reader in database %I set search_path = evil", "search_path"),
        ("alter database %I set row_security = off", "row_security"),
        ("alter database %I set synchronous_commit = off", "synchronous_commit"),
        ("alter database %I set session_replication_role = replica", "session_replication_role"),
        ("alter role daybook_writer in database %I set default_transaction_isolation = serializable", "isolation"),
    ]

    @Test(arguments: settings.indices)
    func aSettingThatChangesWhatTheLogSaysIsNamed(_ index: Int) async throws {
        let (statement, expected) = Self.settings[index]
        try await SampleLog.withCopy { log in
            try await configure(statement, log)
            let comparison = try await compare(log)
            guard case .different(let sentences) = comparison else {
                Issue.record("\(statement) was not noticed: \(comparison)")
                return
            }
            #expect(sentences.count == 1, "\(sentences)")
            #expect(sentences.first?.contains(expected) == true, "\(sentences)")
        }
    }

    @Test(arguments: ["synchronous_commit = on", "work_mem = 8192"])
    func aSettingThatChangesNothingIsNotNamed(_ setting: String) async throws {
        try await SampleLog.withCopy { log in
            try await configure("alter database %I set \(setting)", log)
            let comparison = try await compare(log)
            #expect(comparison == .same)
        }
    }

    @Test func aSearchPathOfTheDatabaseDoesNotLeadTheProgramElsewhere() async throws {
        try await SampleLog.withCopy { log in
            // An operator of the superuser's own, by which nobody is who they are.
            try await Psql.run(
                """
                create schema evil; grant usage on schema evil to public;
                create function evil.never(text, text) returns boolean language sql immutable as 'select false';
                create operator evil.= (leftarg = text, rightarg = text, function = evil.never);
                """,
                on: log.url
            )
            try await configure("alter database %I set search_path = evil, pg_catalog", log)
            let connection = try await PostgresConnection.connect(log.pool.configuration, logger: LogFixture.quiet)
            let misled = try await personalEvents(connection)
            #expect(misled == 0, "the setting does what it is for")
            try await connection.becomeWriter()
            let found = try await personalEvents(connection)
            #expect(found > 0)
            await connection.close()
        }
    }

    private func personalEvents(_ connection: PostgresConnection) async throws -> Int64 {
        try await connection.query("select log.personal_event_count('user-8')")[0].decode(Int64.self)
    }

    /// Runs a statement with the name of the database in it.
    private func configure(_ statement: String, _ log: SampleLog) async throws {
        try await Psql.run("do $$ begin execute format('\(statement)', current_database()); end $$", on: log.url)
    }

    @Test func theShippedSchemaIsTheSame() async throws {
        try await SampleLog.withCopy { log in
            let comparison = try await compare(log)
            #expect(comparison == .same)
            let second = try await compare(log)
            #expect(second == .same, "a comparison leaves nothing behind")
        }
    }

    @Test func whoMayNotMigrateIsTold() async throws {
        try await SampleLog.withCopy { log in
            let comparison = try await log.pool.withConnection { connection in
                try await connection.becomeWriter()
                let comparison = try await LogSchema.compare(connection)
                try await connection.script("reset role")
                return comparison
            }
            guard case .notCompared = comparison else {
                Issue.record("compared without the right to: \(comparison)")
                return
            }
        }
    }

    @Test func appendsGoOnDuringAComparison() async throws {
        try await LogFixture.withLog { log in
            async let comparing = log.pool.withConnection { connection in
                var outcomes: [LogSchema.Comparison] = []
                for _ in 0..<3 { outcomes.append(try await LogSchema.compare(connection)) }
                return outcomes
            }
            for index in 0..<20 { _ = try await log.store.append(.one("user-\(index)")) }
            let outcomes = try await comparing
            #expect(outcomes == [.same, .same, .same])
        }
    }

    private func compare(_ log: SampleLog) async throws -> LogSchema.Comparison {
        try await log.pool.withConnection { try await LogSchema.compare($0) }
    }
}
