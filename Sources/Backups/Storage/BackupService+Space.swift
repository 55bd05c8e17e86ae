extension BackupService {
    /// What there has to be for the smallest backup.
    static let leastSpace: Int64 = 16 << 20

    /// Refuses a backup for which there is no space, before it is begun: a full one where there is not half of what the last
    /// one took, since much may have been released meanwhile; an increment where there is next to none. What turns out to be
    /// longer fails on the way, and leaves nothing.
    func requireSpace(for kind: BackupManifest.Kind, in storage: any BackupStorage) async throws {
        let expected = kind == .full ? try await lastFullBytes() / 2 : 0
        try await storage.requireSpace(for: expected + Self.leastSpace)
    }

    private func lastFullBytes() async throws -> Int64 {
        let newest = try await history.backups(limit: 50).first { $0.state == .completed }
        guard let newest, let full = try await chain(of: newest.backupID).first else { return 0 }
        return try await history.backups(id: full, limit: 1).first?.bytes ?? 0
    }
}
