import EventStore
import MerkleLog
import TestSupport
import Testing

/// What a database superuser can do to the log's tables, and where it is found.
struct TamperingTests {
    // MARK: Events

    @Test func aDeletedEventIsFoundWhereItWas() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("delete from log.events where position = 57")
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.missingEvent])
            #expect(report.firstBadPosition == 57)
        }
    }

    @Test func severalDeletedEventsAreFoundTogether() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("delete from log.events where position between 57 and 300")
            let report = try await log.verify()
            #expect(report.findings.first.map { $0.position..<$0.below } == 57..<301)
            #expect(report.firstBadPosition == 57)
        }
    }

    @Test func aDeletionIsFoundWhenLaterEventsMoveUp() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                delete from log.events where position = 57;
                update log.events set position = position + 100000 where position > 57;
                update log.events set position = position - 100001 where position > 100000;
                """
            )
            let report = try await log.verify()
            #expect(report.firstBadPosition == 57)
        }
    }

    @Test func anInsertedEventIsFoundWhereItStands() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                update log.events set position = position + 100000 where position >= 57;
                update log.events set position = position - 99999 where position > 100000;
                insert into log.events select 57, recorded_at, stream, 9999, gen_random_uuid(), type, schema_version,
                    branch, actor, correlation_id, causation_id, data, personal, salt, leaf, data_digest,
                    personal_digest from log.events where position = 56;
                update log.head set size = size + 1;
                """
            )
            let report = try await log.verify()
            #expect(report.firstBadPosition == 57)
        }
    }

    @Test func anEventPutBehindTheEndIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                insert into log.events select 530, recorded_at, stream, 9999, gen_random_uuid(), type, schema_version,
                    branch, actor, correlation_id, causation_id, data, personal, salt, leaf, data_digest,
                    personal_digest from log.events where position = 529
                """
            )
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.surplusEvent])
            #expect(report.firstBadPosition == 530)
        }
    }

    @Test func aSecondEventAtAPositionIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                alter table log.events drop constraint events_pkey, drop constraint events_position_check;
                alter table log.events drop constraint events_id_key, drop constraint events_stream_version_key;
                insert into log.events select * from log.events where position = 57;
                """
            )
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.surplusEvent])
            #expect(report.firstBadPosition == 57)
        }
    }

    @Test func anEventBeforeTheFirstIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                alter table log.events drop constraint events_position_check;
                insert into log.events select -1, recorded_at, stream, 9999, gen_random_uuid(), type, schema_version,
                    branch, actor, correlation_id, causation_id, data, personal, salt, leaf, data_digest,
                    personal_digest from log.events where position = 5
                """
            )
            let report = try await log.verify()
            #expect(report.firstBadPosition == -1)
        }
    }

    @Test func swappedEventsAreFoundAtTheFirst() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                update log.events set position = 100044 where position = 44;
                update log.events set position = 44 where position = 61;
                update log.events set position = 61 where position = 100044;
                """
            )
            let report = try await log.verify()
            #expect(report.firstBadPosition == 44)
            #expect(report.findings.filter { $0.kind == .alteredEvent }.map(\.position) == [44, 61])
        }
    }

    @Test func anEditWithAFittingLeafIsFoundInItsCommit() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                update log.events set actor = 'somebody-else' where position = 200;
                update log.events as e set leaf = log.leaf(e) where position = 200;
                """
            )
            let report = try await log.verify()
            // Hash and content fit each other, so that nothing tells the event from the others of its commit.
            #expect(report.findings.first?.kind == .rootMismatch)
            #expect(report.findings.first.map { $0.position..<$0.below } == 130..<330)
        }
    }

    @Test func twoDamagesAreBothFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                delete from log.events where position = 10;
                update log.events set actor = 'somebody-else' where position = 400;
                update log.events set leaf = sha256('') where position = 520;
                """
            )
            let report = try await log.verify()
            #expect(report.findings.map(\.position) == [10, 400, 520])
        }
    }

    // MARK: Personal data

    @Test func textErasedWithoutAnEventIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                update log.events set personal_digest = sha256(salt || convert_to(personal::text, 'UTF8')),
                    personal = null, salt = null where position in (88, 92)
                """
            )
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.unrecordedErasure, .unrecordedErasure])
            #expect(report.findings.map(\.position) == [88, 92])
        }
    }

    @Test func textPutBackAfterItsErasureIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                update log.events set personal = '{"name":"x"}', salt = '\\x01', personal_digest = null
                where position = 16
                """
            )
            let report = try await log.verify()
            #expect(report.findings.map(\.kind).contains(.keptPersonal))
            #expect(report.firstBadPosition == 16)
        }
    }

    @Test func dataThatIsGoneIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                update log.events set data_digest = sha256(convert_to(data::text, 'UTF8')), data = null
                where position = 88
                """
            )
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.missingData])
            #expect(report.firstBadPosition == 88)
        }
    }

    // MARK: Checkpoints, nodes and head

    @Test func anAlteredRootIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("update log.checkpoints set root = sha256('') where size = 130")
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.alteredCheckpoint])
            #expect(report.firstBadPosition == 129)
        }
    }

    @Test func anAlteredNoteIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("update log.checkpoints set note = replace(note, '130', '131') where size = 130")
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.badSignature])
            #expect(report.findings.first.map { $0.position..<$0.below } == 30..<130)
        }
    }

    @Test func anotherCheckpointsNoteIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                "update log.checkpoints set note = (select note from log.checkpoints where size = 30) where size = 130"
            )
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.alteredCheckpoint])
        }
    }

    @Test func aDeletedCheckpointIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("delete from log.checkpoints where size = 130")
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.missingCheckpoint])
            #expect(report.findings.first.map { $0.position..<$0.below } == 30..<330)
        }
    }

    @Test func aDeletedCheckpointWithItsTraceIsFoundByWhoKeptIt() async throws {
        try await SampleLog.withCopy { log in
            let kept = try await log.checkpoint(130)
            try await log.asSuperuser(
                """
                delete from log.checkpoints where size = 130;
                update log.checkpoints set previous_size = 30 where size = 330;
                """
            )
            let report = try await log.verify(trusting: [kept])
            #expect(report.findings.map(\.kind) == [.missingCheckpoint])
            #expect(report.firstBadPosition == 129)
        }
    }

    @Test func allCheckpointsDeletedIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("delete from log.checkpoints")
            let report = try await log.verify()
            #expect(report.firstBadPosition == 0)
        }
    }

    @Test(
        arguments: [
            "update log.tree_nodes set hash = sha256('') where index = 1", "delete from log.tree_nodes where index = 1",
        ]
    )
    func anAlteredNodeIsFound(_ change: String) async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(change)
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.alteredNode])
            #expect(report.findings.first.map { $0.position..<$0.below } == 256..<512)
        }
    }

    @Test func aSurplusNodeIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("insert into log.tree_nodes values (1, 7, sha256(''))")
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.alteredNode])
        }
    }

    @Test(
        arguments: [
            "edge = substring(edge for octet_length(edge) - 1) || '\\x00'",
            "recorded_at = recorded_at + interval '1 day'",
            "inline_size = size + 1", "inline_size = -1",
        ]
    )
    func anAlteredHeadIsFound(_ change: String) async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("update log.head set \(change)")
            let report = try await log.verify()
            #expect(report.findings.map(\.kind) == [.alteredHead])
        }
    }

    @Test func aHeadThatClaimsMoreIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("update log.head set size = size + 2")
            let report = try await log.verify()
            #expect(report.firstBadPosition == 530)
            #expect(report.findings.map(\.kind).contains(.missingEvent))
        }
    }

    @Test(.timeLimit(.minutes(3))) func aHeadThatClaimsMoreThanAnybodyCouldReadIsFound() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser("update log.head set size = size + 1000000000000000")
            let report = try await log.verify(trusting: [try await log.checkpoint(330)])
            #expect(report.firstBadPosition == 530)
            #expect(report.events == 530)
            let missing = report.findings.filter { $0.kind == .missingEvent }
            #expect(missing.map { $0.position..<$0.below } == [530..<1_000_000_000_000_530])
        }
    }

    @Test(.timeLimit(.minutes(3))) func aGapThatNobodyCouldGoThroughIsFoundAsOne() async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(
                """
                update log.events set position = 1000000000000000 where position = 529;
                update log.checkpoints set size = 1000000000000001 where size = 530;
                update log.head set size = 1000000000000001;
                """
            )
            let report = try await log.verify()
            #expect(report.events == 530)
            #expect(report.checkpoints == 8)
            let missing = report.findings.filter { $0.kind == .missingEvent }
            #expect(missing.map { $0.position..<$0.below } == [529..<1_000_000_000_000_000])
            #expect(report.findings.contains { $0.kind == .alteredEvent && $0.position == 1_000_000_000_000_000 })
        }
    }

    @Test func aHeadThatClaimsLessIsFound() async throws {
        try await SampleLog.withCopy { log in
            // What the program's own role could do.
            try await Psql.run("set role daybook_writer; update log.head set size = 330", on: log.url)
            let report = try await log.verify()
            #expect(report.firstBadPosition == 329 || report.firstBadPosition == 330)
            #expect(report.findings.contains { $0.kind == .surplusEvent && $0.position == 330 })
            #expect(report.findings.contains { $0.kind == .truncated && $0.position == 330 })
        }
    }

    // MARK: Ranges

    @Test func aRangeIsVerifiedByItself() async throws {
        try await SampleLog.withCopy { log in
            let untouched = try await log.verify(100..<400)
            #expect(untouched.findings == [])
            #expect(untouched.events == 300)
            try await log.asSuperuser("update log.events set actor = 'x' where position in (99, 250, 400)")
            let report = try await log.verify(100..<400)
            #expect(report.findings.map(\.position) == [250])
        }
    }

    @Test func aTrustedCheckpointOutsideTheRangeCountsAsWell() async throws {
        try await SampleLog.withCopy { log in
            let kept = try await [log.checkpoint(30), log.checkpoint(530)]
            try await Forger.withStolenKey(log).rewrite(from: 400) { $0[5].header.actor = "x" }
            let report = try await log.verify(100..<200, trusting: kept)
            #expect(report.findings.map(\.kind) == [.forked])
            #expect(report.findings.first.map { $0.position..<$0.below } == 30..<530)
        }
    }
}
