import EventStore
import Events
import Foundation
import JSON
import Logging
import MerkleLog
import Postgres
import ProjectionEngine
import TestSupport
import Testing
import Time

@testable import Monitoring

/// Payloads on their way out of the database.
@Suite struct ArchiveTests {
    @Test func payloadsAreArchivedReleasedAndTheLogStillHolds() async throws {
        try await ArchivePlace.with { place in
            let outcome = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(outcome.archived == 80 && outcome.released == 80)
            #expect(outcome.archives.count == 2)
            #expect(try await place.count("data is null") == 80)
            #expect(try await place.count("data is null and type like 'identity.%'") == 0)
            // Headers and leaves stay.
            #expect(try await place.count("type = 'logs.entry' and leaf is not null and data_digest is not null") == 40)
            let report = try await place.verify()
            #expect(report.holds, "\(report.findings)")
            #expect(report.released == 80)
            #expect(report.archived.map(\.count).reduce(0, +) == 80)
            #expect(Set(report.archived.compactMap(\.archiveID)) == Set(outcome.archives.map(\.archiveID)))
            // Every event is proved as before.
            let proof = try await place.log.store.prover.proof(of: 5)
            let event = try #require(try await place.log.store.reader.event(at: 5))
            #expect(event.isIntact)
            _ = proof
            // Nothing is archived twice.
            let again = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(again.archived == 0 && again.released == 0)
        }
    }

    @Test func anArchiveIsReadBackAndWhateverIsChangedInItIsFound() async throws {
        try await ArchivePlace.with { place in
            _ = try await place.archive.archive(olderThanDays: 1, releases: false, by: place.actor, now: place.later)
            #expect(try await place.count("data is null") == 0)
            let keys = try place.log.keys.verifiers()
            for name in place.folders {
                let folder = "\(place.directory)/\(name)"
                let archive = try ArchiveReader(folder: folder, verifiers: keys, key: nil)
                #expect(try await archive.check() == 40)
                #expect(archive.manifest.origin == "test.example/log")
                let text = String(
                    decoding: try ArchiveDirectory.read("\(folder)/\(ArchiveManifest.fileName)"),
                    as: UTF8.self
                )
                #expect(!text.contains("192.0.2.1"))
                let file = "\(folder)/\(archive.manifest.segments[0].file)"
                // The format is that of the tool.
                let plain = try await Program.run(["lz4", "-dc", file]).output
                #expect(plain.split(separator: "\n").count == 40)
                #expect(!plain.contains("192.0.2.1"))
                let bytes = try ArchiveDirectory.read(file)
                for index in stride(from: 0, to: bytes.count, by: 97) {
                    var changed = bytes
                    changed[index] ^= 1
                    try Data(changed).write(to: URL(fileURLWithPath: file))
                    await #expect(throws: (any Error).self) { try await archive.check() }
                }
                try Data(bytes).write(to: URL(fileURLWithPath: file))
                let manifest = "\(folder)/\(ArchiveManifest.fileName)"
                try Data(text.replacingOccurrences(of: "\"events\":40", with: "\"events\":39").utf8)
                    .write(to: URL(fileURLWithPath: manifest))
                #expect(throws: (any Error).self) {
                    try ArchiveReader(folder: folder, verifiers: keys, key: nil)
                }
            }
        }
    }

    @Test func withAKeyArchivesAreEncrypted() async throws {
        try await ArchivePlace.with { place in
            let keyFile = "\(NSTemporaryDirectory())/key-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: keyFile) }
            try Data(String(repeating: "ab", count: 32).utf8).write(to: URL(fileURLWithPath: keyFile))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keyFile)
            #expect(throws: MonitoringError.self) { try ArchiveKey(file: keyFile) }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
            let outcome = try await place.service(keyFile: keyFile)
                .archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(outcome.released == 80)
            let folder = "\(place.directory)/\(outcome.archives[0].archiveID)"
            let keys = try place.log.keys.verifiers()
            let bytes = try ArchiveDirectory.read("\(folder)/\(outcome.archives[0].segments[0].file)")
            #expect(!bytes.starts(with: [0x04, 0x22, 0x4D, 0x18]))
            let archive = try ArchiveReader(folder: folder, verifiers: keys, key: try ArchiveKey(file: keyFile))
            #expect(try await archive.check() == 40)
            let without = try ArchiveReader(folder: folder, verifiers: keys, key: nil)
            await #expect(throws: MonitoringError.self) { try await without.check() }
            try Data(String(repeating: "ac", count: 32).utf8).write(to: URL(fileURLWithPath: keyFile))
            let wrong = try ArchiveReader(folder: folder, verifiers: keys, key: try ArchiveKey(file: keyFile))
            await #expect(throws: (any Error).self) { try await wrong.check() }
        }
    }

    @Test func nothingIsReleasedWhereTheArchiveCannotBeWritten() async throws {
        try await ArchivePlace.with { place in
            try Data().write(to: URL(fileURLWithPath: place.directory))
            let error = await #expect(throws: MonitoringError.self) {
                try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            }
            #expect(try await place.count("data is null") == 0)
            #expect(try await place.count("type = 'logs.archived'") == 0)
            // Who asked hears no path; whoever runs the server finds it in the error.
            #expect(error?.message.contains(place.directory) == false)
            #expect(error?.description.contains(place.directory) == true)
            #expect(place.archive.isFailing)
            try FileManager.default.removeItem(atPath: place.directory)
            _ = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(!place.archive.isFailing)
        }
    }

    @Test func whatIsNotArchivedIsGivenUpInWordsOnly() async throws {
        try await ArchivePlace.with { place in
            let refusal = await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: "yes", by: place.actor, now: place.later)
            }
            #expect(refusal?.code == .conflict)
            #expect(refusal?.message.hasSuffix("give up 80 payloads that are not archived") == true)
            #expect(try await place.count("data is null") == 0)
            _ = try await place.archive.archive(olderThanDays: 1, releases: false, by: place.actor, now: place.later)
            let cleared = try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            #expect(cleared.released == 80)
            #expect(try await place.verify().holds)
        }
    }

    @Test func withTheWordsItIsGivenUpAndTheLogSaysSo() async throws {
        try await ArchivePlace.with { place in
            let words = ArchiveService.words(80)
            let cleared = try await place.archive.clear(
                olderThanDays: 1,
                words: words,
                by: place.actor,
                now: place.later
            )
            #expect(cleared.released == 80)
            let report = try await place.verify()
            #expect(report.holds, "\(report.findings)")
            #expect(report.archived.allSatisfy { $0.archiveID == nil })
            let releases = try await place.log.store.reader.events(from: 0, types: [Logs.PayloadsReleased.type])
            #expect(try releases.allSatisfy { try $0.decode(Logs.PayloadsReleased.self).reason == words })
        }
    }

    @Test func dataThatGoesWithoutAnEventIsFound() async throws {
        try await ArchivePlace.with { place in
            _ = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            let position =
                try await place.log.pool.query("select max(position) from log.events where type like 'identity.%'")
                .first?.decode(Int64.self) ?? 0
            try await Psql.run(
                "update log.events set data = null, data_digest = sha256(convert_to(data::text, 'UTF8')) where position = \(position)",
                on: place.log.url
            )
            let report = try await place.verify()
            #expect(report.findings.map(\.kind) == [.missingData])
            #expect(report.firstBadPosition == position)
        }
    }

    @Test func readModelsAreTheSameReplayedAfterARelease() async throws {
        try await ArchivePlace.with { place in
            _ = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            let size = try await place.log.store.head().size
            for name in ["logs", "audit"] {
                try await place.engine.wait(for: name, toHold: size, deadline: .seconds(20))
                let check = try await place.engine.check(name)
                #expect(check.isEqual, "\(check)")
            }
            #expect(try await place.engine.status().allSatisfy { $0.isHealthy })
        }
    }

    @Test func theDatabaseItselfHoldsToTheFloors() async throws {
        try await ArchivePlace.with(ageless: false) { place in
            // Whatever is recorded as released, what is younger than its floor stays.
            let event = Logs.PayloadsReleased(
                types: ["logs.entry", "audit.access-logged", "identity.user-registered"],
                fromPosition: 0,
                toPosition: 1_000
            )
            _ = try await place.log.store.append(
                AppendRequest(streams: [StreamAppend(stream: "archives", events: [NewEvent(event)])], actor: "mallory")
            )
            #expect(try await place.count("data is null") == 0)
            for kind in RetentionPolicy.Kind.allCases {
                for type in RetentionPolicy.types(of: kind) {
                    let rows = try await place.log.pool.query(
                        "select extract(epoch from log.retention_floor(\(type.rawValue)))::bigint / 86400"
                    )
                    #expect(try rows.first?.decode(Int64.self) == Int64(RetentionPolicy.floor(of: kind)), "\(type)")
                }
            }
            let others = EventCatalogue.all.map(\.type).filter { type in
                !RetentionPolicy.Kind.allCases.contains { RetentionPolicy.types(of: $0).contains(type) }
            }
            for type in others {
                let rows = try await place.log.pool.query("select log.retention_floor(\(type.rawValue)) is null")
                #expect(try rows.first?.decode(Bool.self) == true, "\(type)")
            }
        }
    }

    @Test func aRetentionBelowItsFloorIsRaisedToIt() {
        let policy = RetentionPolicy(operationalDays: 0, auditDays: 1)
        #expect(policy.days(.operational) == 1 && policy.days(.audit) == 365)
        let now = Timestamp.now()
        #expect(policy.cutoff(.audit, olderThanDays: 1, now: now) == now - .seconds(365 * 86_400))
        #expect(policy.cutoff(.operational, olderThanDays: 90, now: now) == now - .seconds(90 * 86_400))
    }
}
