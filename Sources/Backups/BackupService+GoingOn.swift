package import EventStore

extension BackupService {
    /// Begins something with a backup that goes on by itself. Under the backup's name others ask how far it is, and stop it;
    /// there is one thing at a time.
    func goOn(
        with id: String,
        _ what: String,
        _ body: @escaping @Sendable (@escaping BackupProgress.Handler) async throws -> Void
    ) throws {
        guard running.begin(id) else { throw BackupError.somethingIsDone(with: id) }
        let task = Task { [running, logger] in
            do { try await body { running.update(id, $0) } } catch {
                logger.error("\(what) failed", metadata: ["backupId": "\(id)", "error": "\(error)"])
            }
            running.end(id)
        }
        running.attach(task, to: id)
    }

    /// Begins a verification.
    package func startVerification(
        _ id: String,
        _ depth: BackupReport.Depth,
        in repository: String? = nil,
        by author: Author
    ) async throws {
        _ = try storage(holding: try await backup(id), repository)
        try goOn(with: id, "a verification") { [self] progress in
            _ = try await verify(id, depth, in: repository, by: author, progress: progress)
        }
    }

    /// Begins a copy into another repository.
    package func startCopy(_ id: String, to repository: String, by author: Author) async throws {
        _ = try await ends(ofCopying: id, to: repository)
        try goOn(with: id, "a copy") { [self] progress in
            _ = try await copy(id, to: repository, by: author, progress: progress)
        }
    }
}

extension BackupError {
    /// One thing at a time.
    static func somethingIsDone(with id: String) -> BackupError {
        BackupError(.conflict, "Something is done with the backup \(id) already.")
    }
}
