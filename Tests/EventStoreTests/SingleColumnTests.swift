import EventStore
import TestSupport
import Testing

/// One column of one event changed by a superuser: found at exactly that position, whichever column it is.
struct SingleColumnTests {
    struct Edit: CustomTestStringConvertible {
        var position: Int64 = 40
        var change: String
        var testDescription: String { "\(change) at \(position)" }
    }

    /// Positions 30…129 share a commit; of them 40 has personal text, and 41 none but a branch. Position 5 has neither
    /// correlation nor causation, and position 16 was erased.
    static let edits: [Edit] = [
        Edit(change: "recorded_at = recorded_at + interval '1 microsecond'"),
        Edit(change: "recorded_at = recorded_at - interval '1 microsecond'"),
        Edit(change: "stream = 'user-99'"),
        Edit(change: "stream = stream || ' '"),
        Edit(change: "version = 999"),
        Edit(change: "id = gen_random_uuid()"),
        Edit(change: "type = 'identity.user-removed'"),
        Edit(change: "schema_version = 2"),
        Edit(change: "branch = 'south'"),
        Edit(change: "branch = ''"),
        Edit(position: 41, change: "branch = null"),
        Edit(change: "actor = 'somebody-else'"),
        Edit(change: "correlation_id = null"),
        Edit(change: "correlation_id = '0af7651916cd43dd8448eb211c80319d'"),
        Edit(position: 5, change: "correlation_id = ''"),
        Edit(change: "causation_id = gen_random_uuid()"),
        Edit(change: "causation_id = null"),
        Edit(position: 5, change: "causation_id = gen_random_uuid()"),
        Edit(change: "data = '{\"userId\":\"user-5\",\"kind\":\"person\"}'"),
        Edit(change: "data = (data::text || ' ')::json"),
        Edit(change: "personal = '{\"name\":\"Nobody\"}'"),
        Edit(change: "personal = (personal::text || ' ')::json"),
        Edit(change: "personal = null"),
        Edit(change: "salt = sha256('guess')"),
        Edit(change: "salt = null"),
        Edit(change: "salt = salt || '\\x00'"),
        Edit(position: 16, change: "personal = '{}'"),
        Edit(position: 16, change: "salt = '\\x00'"),
        Edit(position: 16, change: "personal_digest = sha256('')"),
        Edit(position: 16, change: "personal_digest = null"),
        Edit(position: 41, change: "personal = '{}'"),
        Edit(position: 41, change: "salt = '\\x00'"),
        Edit(position: 41, change: "personal_digest = sha256('')"),
        Edit(change: "leaf = sha256('')"),
        Edit(change: "data_digest = sha256(convert_to(data::text, 'UTF8'))"),
        Edit(change: "personal_digest = sha256(salt || convert_to(personal::text, 'UTF8'))"),
    ]

    @Test(arguments: edits)
    func aChangedColumnIsFoundAtItsPosition(_ edit: Edit) async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("update log.events set \(edit.change) where position = \(edit.position)")
            let report = try await log.verify()
            #expect(report.firstBadPosition == edit.position)
            // The damage is confined: whatever else there is to say is about the same event.
            #expect(Set(report.findings.map(\.position)).isSubset(of: [edit.position, edit.position + 1]))
            #expect(report.events == SampleLog.size)
        }
    }

    @Test func anUntouchedLogHolds() async throws {
        try await SampleLog.withCopy { log in
            let report = try await log.verify(trusting: [log.checkpoint(330)])
            #expect(report.findings == [])
            #expect(report.events == SampleLog.size)
            #expect(report.checkpoints == Int64(SampleLog.checkpointSizes.count))
            #expect(report.erased == 9)
        }
    }

    @Test func everyColumnIsInTheTable() async throws {
        try await SampleLog.withCopy { log in
            let columns = try await Psql.run(
                "select attname from pg_attribute where attrelid = 'log.events'::regclass and attnum > 0",
                on: log.url
            )
            // Position is moved in its own tests.
            for column in columns.split(separator: "\n") where column != "position" {
                #expect(Self.edits.contains { $0.change.hasPrefix("\(column) = ") }, "\(column) is never edited")
            }
        }
    }

    @Test(arguments: [
        "correlation_id = 'not hex'", "type = ''", "data_digest = '\\x00'", "recorded_at = 'infinity'",
        "recorded_at = '-infinity'", "version = -1", "version = -10", "schema_version = -1", "leaf = leaf || '\\x00'",
        "data = null, data_digest = sha256(convert_to(data::text, 'UTF8')) || '\\x00'",
        "stream = repeat('long', 10000)",
    ])
    func evenWhatNoReleaseWouldWriteIsFound(_ change: String) async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                alter table log.events drop constraint events_version_check, drop constraint events_leaf_check;
                update log.events set \(change) where position = 200
                """
            )
            let report = try await log.verify()
            #expect(report.firstBadPosition == 200)
        }
    }
}
