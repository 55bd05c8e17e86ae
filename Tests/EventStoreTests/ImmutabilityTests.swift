import EventStore
import TestSupport
import Testing

/// What the database refuses, whoever asks; and what the writer may do at all.
struct ImmutabilityTests {
    static let roles = ["", "set role daybook_owner;", "set role daybook_writer;", "set role daybook_reader;"]
    static let tables = ["events", "checkpoints", "tree_nodes", "idempotency_keys", "head"]

    @Test(arguments: roles) func noRoleMayDeleteOrTruncate(_ role: String) async throws {
        try await SampleLog.withCopy { log in
            try await Psql.run("insert into log.idempotency_keys values ('s', 'k', '\\x00', 0, 1, 1)", on: log.url)
            for table in Self.tables {
                for statement in ["delete from log.\(table)", "truncate log.\(table)", "truncate log.\(table) cascade"]
                {
                    await expectRefusal(role + statement, log)
                }
            }
        }
    }

    static let columns = [
        "position", "recorded_at", "stream", "version", "id", "type", "schema_version", "branch", "actor",
        "correlation_id", "causation_id", "leaf", "data_digest", "personal_digest", "salt",
    ]

    @Test(arguments: roles) func noRoleMayUpdateAnEvent(_ role: String) async throws {
        try await SampleLog.withCopy { log in
            for column in Self.columns {
                let value =
                    switch column {
                    case "position", "version", "schema_version": "\(column) + 1000"
                    case "recorded_at": "now()"
                    case "id", "causation_id": "gen_random_uuid()"
                    case "leaf", "data_digest", "personal_digest", "salt": "sha256('x')"
                    default: "'x'"
                    }
                await expectRefusal("\(role) update log.events set \(column) = \(value) where position = 40", log)
            }
            await expectRefusal("\(role) update log.events set data = '{}' where position = 40", log)
            await expectRefusal("\(role) update log.events set personal = '{}' where position = 40", log)
            // Without the digest that must stay, or with more than the erasure.
            await expectRefusal("\(role) update log.events set personal = null, salt = null where position = 40", log)
            await expectRefusal(
                """
                \(role) update log.events set personal = null, salt = null, actor = 'x',
                    personal_digest = sha256(salt || convert_to(personal::text, 'UTF8')) where position = 40
                """,
                log
            )
            await expectRefusal("\(role) update log.events set actor = actor", log)
        }
    }

    @Test func noRoleMayUpdateTheTree() async throws {
        try await SampleLog.withCopy { log in
            for role in Self.roles {
                await expectRefusal("\(role) update log.checkpoints set note = 'x'", log)
                await expectRefusal("\(role) update log.tree_nodes set hash = sha256('x')", log)
            }
        }
    }

    @Test func theWriterMayNotEraseByHand() async throws {
        try await SampleLog.withCopy { log in
            await expectRefusal(
                """
                set role daybook_writer; update log.events set personal = null, salt = null,
                    personal_digest = sha256(salt || convert_to(personal::text, 'UTF8')) where position = 40
                """,
                log
            )
        }
    }

    /// Everything else that would get a writer out of its place.
    static let escapes = [
        "alter table log.events disable trigger all", "alter table log.events drop constraint events_pkey",
        "drop table log.head", "drop schema log cascade", "drop trigger refuse_update on log.events",
        "create or replace function log.refuse_change() returns trigger language plpgsql as 'begin return old; end'",
        "create or replace function log.subject_of(type text, data json) returns text language sql as 'select null'",
        "create or replace view log.rbac_role_assigned as select 1", "create table log.mine (x int)",
        "create rule quiet as on insert to log.events do instead nothing", "set session_replication_role = replica",
        "alter role daybook_writer superuser",
        "alter table log.events owner to daybook_writer", "create event trigger t on sql_drop execute function f()",
        "copy log.events to program 'cat'", "update daybook_migrations.applied set digest = ''",
        "insert into daybook_migrations.applied values ('x', '')",
        "create trigger t before insert on log.events "
            + "for each row execute function log.refuse_change()", "create policy p on log.events using (false)",
        "begin; lock log.events in access exclusive mode",
        "update pg_proc set prosrc = ''", "create table public.mine (x int)",
    ]

    @Test(arguments: ["daybook_writer", "daybook_reader"])
    func aRoleWithoutOwnershipCannotChangeTheRules(_ role: String) async throws {
        try await SampleLog.withCopy { log in
            for statement in Self.escapes {
                // A session that began as that role: `reset role` would lead back to whoever connected.
                await expectRefusal("set session authorization \(role); \(statement)", log, anyRefusal: true)
            }
            // Granting what one may not grant is only warned about.
            try await Psql.run("set session authorization \(role); grant update on log.events to public", on: log.url)
            let rights = try await Psql.run("select has_table_privilege('public', 'log.events', 'update')", on: log.url)
            #expect(rights == "f")
        }
    }

    @Test func theReaderMayOnlyRead() async throws {
        try await SampleLog.withCopy { log in
            try await Psql.run("set role daybook_reader; select count(*) from log.rbac_role_assigned", on: log.url)
            for statement in [
                "insert into log.tree_nodes values (1, 9, sha256(''))", "update log.head set size = 0",
                "select log.erase_personal(0, 1000)", "select * from log.idempotency_keys",
                "select log.advance(1, '', now(), 0, sha256(''), '', '')", "select * from log.head for update",
            ] {
                await expectRefusal("set session authorization daybook_reader; \(statement)", log, anyRefusal: true)
            }
        }
    }

    @Test func whatTheWriterCallsForErasureErasesOnlyWhatWasRecorded() async throws {
        try await SampleLog.withCopy { log in
            let before = try await fingerprint(log)
            let erased = try await Psql.run(
                "set role daybook_writer; select log.erase_personal(0, 9223372036854775807)",
                on: log.url
            )
            #expect(erased == "0", "the one erasure in the log was carried out with its event")
            let after = try await fingerprint(log)
            #expect(before == after)
        }
    }

    @Test func theErasureFunctionCannotBeMisledByASearchPath() async throws {
        try await SampleLog.withCopy { log in
            // A look-alike of `coalesce`'s neighbours in a schema that comes first.
            try await Psql.run(
                """
                create schema trap; grant usage, create on schema trap to daybook_writer;
                set role daybook_writer;
                create function trap.sha256(bytea) returns bytea language sql as 'select ''\\x00''::bytea';
                create function trap.convert_to(text, name) returns bytea language sql as 'select ''\\x00''::bytea';
                set search_path = trap, log, pg_catalog;
                select log.erase_personal(0, 1000);
                """,
                on: log.url
            )
            let report = try await log.verify()
            #expect(report.findings == [])
        }
    }

    private func fingerprint(_ log: SampleLog) async throws -> String {
        try await Psql.run(
            "select sha256(string_agg(e::text, '' order by position)::bytea) from log.events e",
            on: log.url
        )
    }

    /// The statement fails, by the append-only rule or for want of a right, and nothing has changed.
    private func expectRefusal(_ statement: String, _ log: SampleLog, anyRefusal: Bool = false) async {
        await #expect("\(statement)") {
            try await Psql.run(statement, on: log.url)
        } throws: { error in
            let said = "\(error)"
            return said.contains("append-only") || said.contains("permission denied") || said.contains("violates")
                || (anyRefusal && (said.contains("must be") || said.contains("does not exist")))
        }
    }
}
