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

/// Whether what an archive holds could be had from it again.
@Suite struct ArchiveHoldingTests {
    @Test func nothingIsReleasedOnTheWordOfAnArchiveThatIsGone() async throws {
        try await ArchivePlace.with { place in
            let made = try await place.archive.archive(
                olderThanDays: 1,
                releases: false,
                by: place.actor,
                now: place.later
            )
            let away = place.directory + "-away"
            defer { try? FileManager.default.removeItem(atPath: away) }
            try FileManager.default.moveItem(atPath: place.directory, toPath: away)
            let refusal = await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            }
            #expect(refusal?.code == .conflict)
            #expect(made.archives.contains { refusal?.message.contains($0.archiveID) == true })
            #expect(refusal?.message.hasSuffix(ArchiveService.words(80)) == true)
            #expect(try await place.count("data is null") == 0)
            // Brought back with one file that is not what it was: what the other archive holds may go, this may not.
            try FileManager.default.moveItem(atPath: away, toPath: place.directory)
            let damaged = "\(place.directory)/\(made.archives[0].archiveID)/\(made.archives[0].segments[0].file)"
            var bytes = try ArchiveDirectory.read(damaged)
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: damaged))
            let second = await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            }
            #expect(second?.message.contains(made.archives[0].archiveID) == true)
            #expect(second?.message.contains(made.archives[1].archiveID) == false)
            #expect(second?.message.hasSuffix(ArchiveService.words(40)) == true)
            #expect(try await place.count("data is null") == 0)
            // What it held is archived anew, and is released by that.
            let again = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(again.archived == 40 && again.released == 80)
            let report = try await place.verify()
            #expect(report.holds, "\(report.findings)")
            let ids = Set(report.archived.compactMap(\.archiveID))
            #expect(ids == [again.archives[0].archiveID, made.archives[1].archiveID])
        }
    }

    @Test func anotherArchiveUnderTheSameNameIsNotTheOneThatWasRecorded() async throws {
        try await ArchivePlace.with { place in
            let made = try await place.archive.archive(
                olderThanDays: 1,
                releases: false,
                by: place.actor,
                now: place.later
            )
            // Signed by the log and whole, but of other events.
            let folder = "\(place.directory)/\(made.archives[0].archiveID)"
            try FileManager.default.removeItem(atPath: folder)
            try FileManager.default.copyItem(
                atPath: "\(place.directory)/\(made.archives[1].archiveID)",
                toPath: folder
            )
            await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            }
            #expect(try await place.count("data is null") == 0)
        }
    }

    @Test func whatAKilledServerLeftBehindIsTakenAwayAndTwoNeverArchiveAtOnce() async throws {
        try await ArchivePlace.with { place in
            let left = "\(place.directory)/.0190-left.partial"
            try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: URL(fileURLWithPath: "\(left)/000001.ndjson.lz4"))
            let hold = try ArchiveDirectory(path: place.directory).hold()
            #expect(!FileManager.default.fileExists(atPath: left))
            let refusal = await #expect(throws: MonitoringError.self) {
                try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            }
            #expect(refusal?.code == .conflict)
            hold.release()
            let outcome = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(outcome.released == 80)
        }
    }
}
