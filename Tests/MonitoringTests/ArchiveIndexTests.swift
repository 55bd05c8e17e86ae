import Postgres
import TestSupport
import Testing

@testable import Monitoring

/// What looking for payloads costs: what is still there, whatever was released before.
@Suite struct ArchiveIndexTests {
    /// Releases of years, as far as the planner sees.
    private static let released = """
        insert into log.events
            (position, recorded_at, stream, version, id, type, schema_version, actor, leaf, data_digest)
        select 1000000 + n, now(), 'released', n, gen_random_uuid(), 'logs.entry', 1, 'system',
            sha256('leaf'), sha256('data')
        from generate_series(0, 49999) as n;
        analyze log.events;
        """

    private func plan(_ place: ArchivePlace, _ sql: SQL) async throws -> String {
        try await place.log.pool.query(sql).map { try $0.decode(String.self) }.joined(separator: "\n")
    }

    @Test func payloadsAreFoundByTheIndexOfThoseThatAreStillThere() async throws {
        try await ArchivePlace.with { place in
            try await Psql.run(Self.released, on: place.log.url)
            let types = ArchiveService.names(.operational)
            let end: Int64 = 1_000_000_000
            let plans = [
                try await plan(
                    place,
                    SQL(
                        unescaped: "explain " + place.archive.nextSQL,
                        types,
                        Int64(0),
                        end,
                        Int64(1),
                        [String]?.none,
                        String?.none
                    )
                ),
                try await plan(place, SQL(unescaped: "explain " + place.archive.countSQL, types, end, [String]())),
                try await plan(place, SQL(unescaped: "explain " + place.archive.unreleasedSQL, types, end)),
            ]
            for plan in plans {
                #expect(plan.contains("events_releasable_idx"), "\(plan)")
                #expect(!plan.contains("events_type_position_idx"), "\(plan)")
                #expect(!plan.contains("events_pkey"), "\(plan)")
                #expect(!plan.contains("Seq Scan on events"), "\(plan)")
            }
        }
    }

    @Test func theIndexAndItsStatementsNameEveryTypeThatMayBeReleased() async throws {
        try await ArchivePlace.with { place in
            let index = try await place.log.pool.query(
                "select pg_get_indexdef('log.events_releasable_idx'::regclass)"
            )
            let texts = [
                try #require(index.first).decode(String.self), place.archive.nextSQL, place.archive.countSQL,
                place.archive.unreleasedSQL,
            ]
            let types = RetentionPolicy.Kind.allCases.flatMap { ArchiveService.names($0) }
            for text in texts {
                for type in types { #expect(text.contains("'\(type)'"), "\(type): \(text)") }
            }
        }
    }
}
