import Testing

@testable import Backups

/// What is known to be damaged is not gone on from, and that is known of each repository by itself.
@Suite struct SoundnessTests {
    private static func increment(
        _ place: BackupPlace,
        since base: String? = nil,
        in repository: String = "main"
    ) async throws -> BackupManifest {
        let order = BackupOrder(.incremental, repository: repository, baseID: base)
        return try await place.service.create(order, by: BackupPlace.author).manifest
    }

    private static func isSound(_ id: String, in repository: String, _ place: BackupPlace) async throws -> Bool? {
        try await place.service.history.kept(in: repository, id: id).first?.isSound
    }

    @Test func nothingGoesOnFromWhatRestsOnADamagedOne() async throws {
        try await BackupPlace.open { place in
            let old = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let increment = try await Self.increment(place).backupID
            try place.damage(full)
            _ = try await place.service.verify(full, .quick, by: BackupPlace.author)
            #expect(try await place.service.backup(increment).isSound == nil)
            #expect(try await Self.isSound(increment, in: "main", place) == false)
            for id in [full, increment] {
                let error = await #expect(throws: BackupError.self) { try await Self.increment(place, since: id) }
                #expect(error?.kind == .conflict)
            }
            // The newest of which nothing is known.
            #expect(try await Self.increment(place).base?.backupID == old)
        }
    }

    @Test func whatADamagedOneRestsOnIsDoubtedUntilItIsLookedAt() async throws {
        try await BackupPlace.open { place in
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let increment = try await Self.increment(place).backupID
            try place.damage(full)
            // Which of the two it is does not say whoever looks at both.
            _ = try await place.service.verify(increment, .quick, by: BackupPlace.author)
            #expect(try await place.service.backup(full).isSound == nil)
            let error = await #expect(throws: BackupError.self) { try await Self.increment(place) }
            #expect(error?.kind == .conflict)
            try place.damage(full)
            _ = try await place.service.verify(full, .quick, by: BackupPlace.author)
            #expect(try await Self.increment(place).base?.backupID == full)
            _ = try await place.service.verify(increment, .quick, by: BackupPlace.author)
            #expect(try await Self.isSound(increment, in: "main", place) == true)
        }
    }

    @Test func aCopyThatIsSoundDoesNotMakeADamagedOneSound() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            _ = try await place.service.copy(id, to: "offsite", by: BackupPlace.author)
            try place.damage(id)
            _ = try await place.service.verify(id, .quick, in: "main", by: BackupPlace.author)
            _ = try await place.service.verify(id, .quick, in: "offsite", by: BackupPlace.author)
            #expect(try await Self.isSound(id, in: "main", place) == false)
            #expect(try await Self.isSound(id, in: "offsite", place) == true)
            // Of all of it the worst is said.
            let record = try await place.service.backup(id)
            #expect(record.isSound == false)
            #expect(record.firstFinding != nil)
            await #expect(throws: BackupError.self) { try await Self.increment(place) }
            #expect(try await Self.increment(place, in: "offsite").base?.backupID == id)
            try place.damage(id)
            _ = try await place.service.verify(id, .quick, in: "main", by: BackupPlace.author)
            #expect(try await place.service.backup(id).isSound == true)
        }
    }

    @Test func whatIsCopiedAgainIsNotWhatWasDamaged() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.create(
                BackupOrder(.full, repository: "offsite"),
                by: BackupPlace.author
            ).manifest.backupID
            _ = try await place.service.copy(id, to: "main", by: BackupPlace.author)
            try place.damage(id)
            _ = try await place.service.verify(id, .quick, in: "main", by: BackupPlace.author)
            try await place.service.remove(id, from: "main", by: BackupPlace.author)
            #expect(try await place.service.backup(id).isSound == nil)
            _ = try await place.service.copy(id, to: "main", by: BackupPlace.author)
            #expect(try await Self.isSound(id, in: "main", place) == true)
            #expect(try await place.service.backup(id).isSound == nil)
        }
    }

    /// What a full look finds is often nothing that a quick one looks at: that it finds nothing takes nothing back.
    @Test func aQuickLookClearsNothingThatAFullOneFound() async throws {
        try await BackupPlace.open { place in
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let increment = try await Self.increment(place).backupID
            try await place.service.recordDamage(of: increment, in: "main", ["a leaf"], .full, by: BackupPlace.author)
            for id in [increment, full] {
                #expect(try await place.service.verify(id, .quick, by: BackupPlace.author).isSound)
                #expect(try await Self.isSound(increment, in: "main", place) == false)
                #expect(try await Self.isSound(full, in: "main", place) == false)
            }
            #expect(try await place.service.backup(increment).firstFinding == "a leaf")
            // As one batch, too.
            #expect(try await place.system.projections.check("backups").isEqual)
            _ = try await place.service.verify(full, .full, by: BackupPlace.author)
            #expect(try await Self.isSound(full, in: "main", place) == true)
            #expect(try await Self.isSound(increment, in: "main", place) == false)
            _ = try await place.service.verify(increment, .full, by: BackupPlace.author)
            _ = try await place.service.verify(increment, .quick, by: BackupPlace.author)
            #expect(try await Self.isSound(increment, in: "main", place) == true)
            #expect(try await place.system.projections.check("backups").isEqual)
        }
    }
}
