import OpenSSL
import Postgres
import TestSupport
import Testing

@testable import EventStore

/// An older program over a database that a later one has migrated.
struct SchemaEditionTests {
    /// Where this fails because a file was changed, raise `LogSchema.edition` by one and put the new digests here.
    @Test func theFilesThatMayRunAgainAreThoseOfTheEdition() throws {
        let files = try LogSchema.schemaFiles().filter(\.isRepeatable)
        let digests = files.map { "\($0.name) \(SHA256.hash(Array($0.text.utf8)).hex)" }
        #expect(LogSchema.edition == 1)
        #expect(
            digests == [
                "views.sql 8c48b9d171d6d7d3d5686cd1591416d945e1c1f44b8dbd8cd3c028c8afb6ead8",
                "auditors.sql 98c285473f8e7514493dce7bb5136cc1e9d530082b707b775f85db486efba1fa",
                "grants.sql 4f6ebe2c4f0eff591393e856d9b185d5a34937c391dd159ab2c06202371b2fd5",
            ]
        )
    }

    @Test(arguments: ["999-of-later.sql", LogSchema.name(ofEdition: LogSchema.edition + 1)])
    func whatALaterReleaseHasMigratedIsRefusedAndLeftAsItIs(_ name: String) async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            // With another text of a file that would be run again, and without a view that it would bring back.
            try await Psql.run(
                """
                insert into daybook_migrations.applied (name, digest) values ('\(name)', '');
                update daybook_migrations.applied set digest = '' where name = 'auditors.sql';
                drop view auditor_log.identity_token_issued;
                """,
                on: url
            )
            let state = """
                select a.name, a.digest, a.applied_at, to_regclass('auditor_log.identity_token_issued') is null
                from daybook_migrations.applied as a order by 1
                """
            let before = try await Psql.run(state, on: url)
            let error = await #expect(throws: LogSchema.SchemaError.self) { _ = try await Self.migrate(url) }
            #expect(error?.message.contains(name) == true)
            let after = try await Psql.run(state, on: url)
            #expect(after == before)
        }
    }

    @Test func aDatabaseFromBeforeThereWereEditionsIsGivenItsOwn() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await Psql.run("delete from daybook_migrations.applied where name like 'edition %'", on: url)
            let applied = try await Self.migrate(url)
            #expect(applied == [])
            let editions = try await Psql.run(
                "select name from daybook_migrations.applied where name like 'edition %'",
                on: url
            )
            #expect(editions == LogSchema.name(ofEdition: LogSchema.edition))
        }
    }

    private static func migrate(_ url: String) async throws -> [String] {
        let connection = try await PostgresConnection.connect(
            PostgresConfiguration(url: url),
            logger: LogFixture.quiet
        )
        do {
            let outcome = try await LogSchema.migrate(connection, logger: LogFixture.quiet)
            await connection.close()
            return outcome.applied
        } catch {
            await connection.close()
            throw error
        }
    }
}
