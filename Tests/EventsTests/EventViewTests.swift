import Events
import JSON
import TestSupport
import Testing

/// The generated views, on a real server.
@Suite struct EventViewTests {
    private static let log = DatabaseTemplate("event_views") { url in
        // The columns of the log that the views read; the log itself belongs to the event store.
        try await Psql.run(
            """
            create schema log;
            create table log.events (
                position bigint primary key, recorded_at timestamptz default now(), stream text, version bigint, id uuid,
                type text, schema_version integer, branch text, actor text, correlation_id text, causation_id uuid,
                data json, personal json
            );
            """,
            on: url
        )
        try await Psql.run(try EventViews.sql, on: url)
        // The statements can be run again.
        try await Psql.run(try EventViews.sql, on: url)
    }

    @Test(arguments: SchemaExample.all)
    func everyFieldHasItsColumn(example: SchemaExample) async throws {
        try await PostgresFixture.withFreshDatabase(Self.log) { url in
            let event = try example.decode()
            try await insert(event, on: url)
            let row = try await row(of: example, on: url)
            let data = try JSONValue(parsing: event.dataBytes)
            let personal = try event.personalBytes.map { try JSONValue(parsing: $0) }
            for field in example.description.fields {
                let stored = (field.isPersonal ? personal : data)?[field.name] ?? .null
                let column = try #require(row[field.column], "\(field.column)")
                if field.kind == .timestamp, let text = stored.string {
                    #expect(column.string?.hasPrefix(text.prefix(19)) == true)
                } else {
                    #expect(column == stored, "\(field.column)")
                }
            }
        }
    }

    @Test func subjectsAreFoundByTheFunction() async throws {
        try await PostgresFixture.withFreshDatabase(Self.log) { url in
            for example in SchemaExample.all {
                let event = try example.decode()
                let data = String(decoding: event.dataBytes, as: UTF8.self).replacing("'", with: "''")
                let subject = try await Psql.run(
                    "select log.subject_of('\(example.description.type)', '\(data)') is not distinct from "
                        + (event.subject.map { "'\($0)'" } ?? "null"),
                    on: url
                )
                #expect(subject == "t", "\(example.description.type)")
            }
            #expect(
                try await Psql.run("select log.subject_of('unknown', '{\"userId\":\"u\"}') is null", on: url) == "t"
            )
            #expect(try await Psql.run("select log.subject_of('rbac.role-assigned', null) is null", on: url) == "t")
            let index = "create index on log.events (log.subject_of(type, data))"
            try await Psql.run(index, on: url)
        }
    }

    @Test func defaultsStandWhereTheFieldIsAbsent() async throws {
        try await PostgresFixture.withFreshDatabase(Self.log) { url in
            try await Psql.run(
                """
                insert into log.events (position, type, data)
                values (0, 'rbac.role-updated', '{"roleId":"r","branchId":"b"}')
                """,
                on: url
            )
            let text = try await Psql.run(
                "select clears_parent, name is null, parent_role_id is null from log.rbac_role_updated",
                on: url
            )
            #expect(text == "f|t|t")
        }
    }

    @Test func aViewHoldsOnlyItsOwnType() async throws {
        try await PostgresFixture.withFreshDatabase(Self.log) { url in
            for (position, example) in SchemaExample.all.enumerated() {
                try await insert(try example.decode(), position: position, on: url)
            }
            for (position, example) in SchemaExample.all.enumerated() {
                let positions = try await Psql.run("select position from log.\(example.description.view)", on: url)
                #expect(positions == "\(position)")
            }
        }
    }

    private func insert(_ event: any EventPayload, position: Int = 0, on url: String) async throws {
        func quoted(_ bytes: [UInt8]?) -> String {
            bytes.map { "'" + String(decoding: $0, as: UTF8.self).replacing("'", with: "''") + "'" } ?? "null"
        }
        let type = Swift.type(of: event).type
        try await Psql.run(
            """
            insert into log.events (position, type, schema_version, data, personal)
            values (\(position), '\(type)', 1, \(quoted(event.dataBytes)), \(quoted(event.personalBytes)))
            """,
            on: url
        )
    }

    private func row(of example: SchemaExample, on url: String) async throws -> JSONValue {
        let text = try await Psql.run("select row_to_json(v) from log.\(example.description.view) as v", on: url)
        return try JSONValue(parsing: text)
    }
}
