import Events
import JSON
import MerkleLog
import Postgres
import TestSupport
import Testing

@testable import EventStore

struct ErasureTests {
    @Test func whatWasPersonalIsGoneEverywhereAndTheProofsOfBeforeStillVerify() async throws {
        try await LogFixture.withLog { log in
            let secret = "Zaphod Unverwechselbar"
            let receipt = try await log.store.append(Self.registration("user-a", name: secret))
            _ = try await log.store.append(Self.registration("user-b", name: "Trillian"))
            let position = receipt.events[0].position
            let proof = try await log.store.prover.proof(of: position)
            let leaf = receipt.events[0].leaf
            let before = try #require(try await log.store.reader.event(at: position))
            #expect(before.personal != nil)

            let erasure = try await log.store.erasePersonal(of: "user-a", reason: "asked for", actor: "officer")
            #expect(erasure.events == 1)

            let after = try #require(try await log.store.reader.event(at: position))
            #expect(after.personal == nil)
            #expect(after.salt == nil)
            #expect(after.isErased)
            #expect(after.header == before.header)
            #expect(after.data == before.data)
            #expect(after.leaf == leaf)
            #expect(after.isIntact)
            // The proof that somebody was given before, and one made now.
            let keys = try log.keys.verifiers()
            _ = try proof.verify(leaf: leaf, origin: "test.example/log", logKeys: keys)
            _ = try await log.store.prover.proof(of: position).verify(
                leaf: leaf,
                origin: "test.example/log",
                logKeys: keys
            )
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: keys)
            #expect(report.findings == [])
            #expect(report.erased == 1)
            // Nowhere in the tables and indexes of the log, as a superuser dumps them.
            let dump = try await Psql.run(
                """
                select e::text from log.events e; select k::text from log.idempotency_keys k;
                select v::text from log.identity_user_registered v;
                """,
                on: log.url
            )
            #expect(!dump.contains("Zaphod"))
            #expect(dump.contains("Trillian"))
        }
    }

    @Test func anErasureOfVeryManyEventsIsWaitedFor() async throws {
        var limits = AppendLimits()
        limits.patience = .seconds(5)
        limits.statementDeadline = .seconds(5)
        try await LogFixture.withLog { log in
            _ = try await log.store.append(Self.registration("user-a", name: "Zaphod"))
            // One event that takes as long as very many.
            try await Psql.run(
                """
                create function public.slowly() returns trigger language plpgsql as $$
                begin
                    perform pg_catalog.pg_sleep(12);
                    return new;
                end
                $$;
                create trigger slowly before update on log.events for each row execute function public.slowly()
                """,
                on: log.url
            )
            try await LogFixture.withLog(at: log.url, keys: log.keys, limits: limits) { impatient in
                let isOpen = try await eventually { (try? await impatient.store.append(.one("user-b"))) != nil }
                #expect(isOpen)
                let erasure = try await impatient.store.erasePersonal(of: "user-a", reason: "asked", actor: "officer")
                #expect(erasure.events == 1)
                let event = try await impatient.store.reader.event(at: 1)
                #expect(event?.isErased == true)
            }
        }
    }

    @Test func otherPeoplesTextIsUntouched() async throws {
        try await LogFixture.withLog { log in
            for index in 0..<40 {
                _ = try await log.store.append(Self.registration("user-\(index % 4)", name: "Name \(index)"))
            }
            let before = try await log.store.reader.events(from: 0)
            let erasure = try await log.store.erasePersonal(of: "user-2", reason: "asked for", actor: "user-3")
            #expect(erasure.events == 10)
            for (old, new) in zip(before, try await log.store.reader.events(from: 0)) {
                let isAboutThem = old.position > 0 && (old.position - 1) % 4 == 2
                #expect(new.isErased == isAboutThem)
                if !isAboutThem { #expect(new == old) }
            }
        }
    }

    @Test func textAboutNobodyInParticularGoesWithWhoWroteIt() async throws {
        try await LogFixture.withLog { log in
            var request = AppendRequest.one("x")
            request.streams[0].events = [
                NewEvent(
                    Audit.HistoryQueried(
                        kind: .events,
                        filter: JSONObject(),
                        returned: 1,
                        ipAddress: "192.0.2.1",
                        text: "what I searched"
                    )
                )
            ]
            request.actor = "user-a"
            _ = try await log.store.append(request)
            request.actor = "user-b"
            request.streams[0].events = request.streams[0].events.map { event in
                NewEvent(type: event.type, schemaVersion: 1, data: event.data, personal: event.personal)
            }
            _ = try await log.store.append(request)
            // What user-a wrote about somebody else is that person's.
            _ = try await log.store.append(Self.registration("user-c", name: "Ford", actor: "user-a"))
            let erasure = try await log.store.erasePersonal(of: "user-a", reason: "asked for", actor: "officer")
            #expect(erasure.events == 1)
            let erased = try await log.store.reader.events(from: 0).map(\.isErased)
            #expect(erased == [false, true, false, false, false])
        }
    }

    @Test func whatComesAfterTheErasureStays() async throws {
        try await LogFixture.withLog { log in
            _ = try await log.store.append(Self.registration("user-a", name: "Old"))
            _ = try await log.store.erasePersonal(of: "user-a", reason: "asked for", actor: "officer")
            _ = try await log.store.append(Self.registration("user-a", name: "New"))
            let erased = try await log.store.reader.events(from: 0).map(\.isErased)
            #expect(erased == [false, true, false, false])
            let again = try await log.store.erasePersonal(of: "user-a", reason: "again", actor: "officer")
            #expect(again.events == 1)
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(report.findings == [])
            #expect(report.erased == 2)
        }
    }

    @Test func anErasureWhileOthersAppendTakesExactlyWhatCameBefore() async throws {
        try await LogFixture.withLog { log in
            try await LogFixture.withLog(at: log.url, keys: log.keys) { replica in
                let stores = [log.store, replica.store]
                let erasures = try await withThrowingTaskGroup(of: Int64?.self) { group in
                    for index in 0..<200 {
                        group.addTask {
                            let store = stores[index % 2]
                            if index % 50 == 25 {
                                let erasure = try await store.erasePersonal(of: "user-1", reason: "x", actor: "officer")
                                return erasure.receipt.events[0].position
                            }
                            _ = try await store.append(Self.registration("user-\(index % 3)", name: "Name \(index)"))
                            return nil
                        }
                    }
                    return try await group.reduce(into: [Int64]()) { if let position = $1 { $0.append(position) } }
                }
                let last = try #require(erasures.max())
                for event in try await log.store.reader.events(from: 0) where event.type == Identity.UserRegistered.type
                {
                    let isTheirs = try event.decode(Identity.UserRegistered.self).userID == "user-1"
                    #expect(event.isErased == (isTheirs && event.position < last), "position \(event.position)")
                }
                let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
                #expect(report.findings == [])
            }
        }
    }

    @Test func textThatComesBackWithABackupIsFound() async throws {
        try await LogFixture.withLog { log in
            let receipt = try await log.store.append(Self.registration("user-a", name: "Old"))
            let position = receipt.events[0].position
            try await Psql.run("create table kept as select * from log.events", on: log.url)
            _ = try await log.store.erasePersonal(of: "user-a", reason: "asked for", actor: "officer")
            try await Psql.run(
                """
                set session_replication_role = replica;
                update log.events as e set personal = k.personal, salt = k.salt, personal_digest = null
                from kept as k where k.position = e.position and e.personal_digest is not null
                """,
                on: log.url
            )
            let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(
                report.findings.map(\.kind) == [.keptPersonal],
                "every hash fits again, and yet it must not be there"
            )
            #expect(report.firstBadPosition == position)
        }
    }

    @Test func whatWasKeptBeforeARangeDoesNotHideWhatWasKeptInIt() async throws {
        try await LogFixture.withLog { log in
            var last: Int64 = 0
            for index in 0...100 {
                let receipt = try await log.store.append(Self.registration("user-a", name: "Name \(index)"))
                last = receipt.events[0].position
            }
            try await Psql.run("create table kept as select * from log.events", on: log.url)
            _ = try await log.store.erasePersonal(of: "user-a", reason: "asked for", actor: "officer")
            try await Psql.run(
                """
                set session_replication_role = replica;
                update log.events as e set personal = k.personal, salt = k.salt, personal_digest = null
                from kept as k where k.position = e.position and e.personal_digest is not null
                """,
                on: log.url
            )
            let keys = try log.keys.verifiers()
            let report = try await LogVerifier(pool: log.pool).verify(last..<(last + 1), trustedKeys: keys)
            #expect(report.findings.map(\.kind) == [.keptPersonal])
            #expect(report.firstBadPosition == last)
        }
    }

    private static func registration(_ user: String, name: String, actor: String = "registrar") -> AppendRequest {
        AppendRequest(
            streams: [
                StreamAppend(
                    stream: user,
                    events: [NewEvent(Identity.UserRegistered(userID: user, kind: .person, name: name))]
                )
            ],
            actor: actor
        )
    }
}
