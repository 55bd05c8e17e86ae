package import EventStore
import MerkleLog

extension EventStore {
    /// How many events the log had at a moment; nil for now.
    func size(asOf moment: Moment?) async throws -> Int64? {
        switch moment {
        case nil: return nil
        case .time(let time): return try await reader.size(at: time)
        case .position(let position):
            let size = try await head().size
            guard position < size else {
                throw Problem.parameter(.query, "asOf", "is beyond the end of the log, which is at \(size - 1).")
            }
            return position + 1
        }
    }

    /// The size of the smallest checkpoint that covers some events.
    package func checkpointSize(covering size: Int64) async throws -> Int64? {
        try await prover.checkpoint(covering: size).map { note in
            try Checkpoint(text: try SignedNote(parsing: note).text).size
        }
    }
}
