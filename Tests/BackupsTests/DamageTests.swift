import Foundation
import TestSupport
import Testing

@testable import Backups

/// A grid of damage: all of it is found, and nothing else is.
@Suite struct DamageTests {
    private struct Made: Sendable {
        var full: String
        var increment: String
        var other: String
    }

    private static func make(_ place: BackupPlace) async throws -> Made {
        try await place.register((0..<30).map { "a\($0)" })
        let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
        try await place.register((0..<10).map { "b\($0)" })
        let increment = try await place.service.createIncrementalBackup(by: BackupPlace.author).manifest.backupID
        let other = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
        return Made(full: full, increment: increment, other: other)
    }

    /// What is found in the increment, which rests on the full one.
    private static func findings(_ place: BackupPlace, _ id: String, _ depth: BackupReport.Depth) async throws
        -> [String]
    {
        try await place.service.verify(id, depth, by: BackupPlace.author).found.map {
            "\($0.file ?? "-"): \($0.message)"
        }
    }

    @Test func everyFileThatIsAlteredCutOrGoneIsFoundAndNamed() async throws {
        try await BackupPlace.open { place in
            let made = try await Self.make(place)
            for id in [made.full, made.increment] {
                for file in try place.files(id) {
                    let bytes = try place.bytes(id, file)
                    var damages: [(String, [UInt8]?)] = [
                        ("gone", nil), ("empty", []), ("cut", Array(bytes.dropLast())), ("longer", bytes + [0]),
                    ]
                    for place in [0, bytes.count / 3, bytes.count / 2, bytes.count - 1] {
                        var altered = bytes
                        altered[place] ^= 0x10
                        damages.append(("bit at \(place)", altered))
                    }
                    for (name, damage) in damages {
                        if let damage {
                            try place.write(damage, id, file)
                        } else {
                            try FileManager.default.removeItem(atPath: "\(place.repository)/\(id)/\(file)")
                        }
                        for depth in BackupReport.Depth.allCases {
                            let found = try await Self.findings(place, made.increment, depth)
                            #expect(!found.isEmpty, "\(file) \(name) \(depth)")
                            if file != BackupManifest.fileName {
                                #expect(found.contains { $0.contains(file) }, "\(file) \(name) \(depth): \(found)")
                            }
                        }
                        try place.write(bytes, id, file)
                    }
                }
            }
            for depth in BackupReport.Depth.allCases {
                #expect(try await Self.findings(place, made.increment, depth).isEmpty)
            }
        }
    }

    @Test func filesThatBelongElsewhereAreFound() async throws {
        try await BackupPlace.open { place in
            let made = try await Self.make(place)
            let segment = try #require(try place.files(made.full).first { $0.hasPrefix("events-") })
            let bytes = try place.bytes(made.full, segment)
            // From another backup that holds the same events.
            try place.write(try place.bytes(made.other, segment), made.full, segment)
            #expect(try await !Self.findings(place, made.full, .quick).isEmpty)
            // Swapped within one.
            try place.write(try place.bytes(made.full, "checkpoints-000000000000.seg"), made.full, segment)
            #expect(try await !Self.findings(place, made.full, .quick).isEmpty)
            try place.write(bytes, made.full, segment)
            // Added.
            try place.write(bytes, made.full, "events-999999999999.seg")
            #expect(
                try await Self.findings(place, made.full, .quick).contains { $0.contains("events-999999999999.seg") }
            )
        }
    }

    @Test func aManifestThatWasEditedOrIsAnOlderOneIsFound() async throws {
        try await BackupPlace.open { place in
            let made = try await Self.make(place)
            let name = BackupManifest.fileName
            let note = try place.bytes(made.full, name)
            let edited = Array(
                String(decoding: note, as: UTF8.self).replacing("\"kind\":\"full\"", with: "\"kind\":\"FULL\"").utf8
            )
            try place.write(edited, made.full, name)
            #expect(try await !Self.findings(place, made.full, .quick).isEmpty)
            // One with a good signature, of another backup.
            try place.write(try place.bytes(made.other, name), made.full, name)
            #expect(try await !Self.findings(place, made.full, .quick).isEmpty)
            try place.write(note, made.full, name)
            #expect(try await Self.findings(place, made.full, .quick).isEmpty)
        }
    }

    @Test func aRepositoryThatWasSetBackIsNoticed() async throws {
        try await BackupPlace.open { place in
            let made = try await Self.make(place)
            // As it was before the last backup.
            try FileManager.default.removeItem(atPath: "\(place.repository)/\(made.other)")
            let report = try await place.service.verify(made.increment, .quick, by: BackupPlace.author)
            #expect(report.others.map(\.backupID) == [made.other])
            // Which is not the fault of the one that was looked at.
            #expect(report.isSound, "\(report.findings)")
            // An increment is not made on what is not there any more.
            await #expect(throws: BackupError.self) {
                try await place.service.createIncrementalBackup(by: BackupPlace.author)
            }
        }
    }

    @Test func damagedBackupsAreNotRestored() async throws {
        try await BackupPlace.open { place in
            let made = try await Self.make(place)
            let segment = try #require(try place.files(made.full).first { $0.hasPrefix("events-") })
            var bytes = try place.bytes(made.full, segment)
            bytes[bytes.count / 2] ^= 1
            try place.write(bytes, made.full, segment)
            var wish = BackupRestorationWish()
            wish.backupID = made.increment
            await #expect(throws: BackupError.self) { try await place.restored(wish) { _, _ in } }
        }
    }
}
