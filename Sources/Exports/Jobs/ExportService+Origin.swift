import EventStore
import MerkleLog

extension ExportService {
    /// The name of the log.
    func origin() async throws -> String {
        guard let note = try await store.prover.newestCheckpoint() else { return "" }
        return try Checkpoint(text: SignedNote(parsing: note).text).origin
    }
}
