extension BackupStorage {
    /// By default nobody can say.
    package func freeBytes() async -> Int64? { nil }

    /// Refuses what there is no space for, before anything of it is written.
    func requireSpace(for bytes: Int64) async throws {
        guard let free = await freeBytes(), free < bytes else { return }
        throw BackupError.noSpace(bytes, free, in: "the backup repository \(name)")
    }
}

extension BackupError {
    /// There is less space than something needs, as far as that can be said before.
    package static func noSpace(_ needed: Int64, _ free: Int64, in place: String) -> BackupError {
        BackupError(
            .noSpace,
            "There is no space: about \(needed) bytes are needed in \(place), and \(free) are free. Nothing was written."
        )
    }
}
