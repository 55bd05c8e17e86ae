import EventStore
import MerkleLog

extension LogAccess {
    /// The proof that a later log goes on from an earlier one: the hashes of RFC 6962, section 2.1.2, and both roots.
    ///
    /// - Parameters:
    ///   - from: the size of the earlier log.
    ///   - to: the size of the later log; all of it if nil.
    ///   - head: how many events the log has.
    /// - Throws: ``Problem`` where the sizes are not in order.
    package func consistency(from: Int64, to: Int64?, within head: Int64) async throws -> Reply {
        let to = to ?? head
        guard to <= head else { throw Problem.parameter(.query, "to", "is more than \(head), the log's size.") }
        guard from <= to else { throw Problem.parameter(.query, "from", "is more than \(to), the later size.") }
        let prover = store.prover
        let proof = try await prover.consistency(from: from, to: to)
        let (fromRoot, toRoot) = (try await prover.root(size: from), try await prover.root(size: to))
        return .json(position: Reply.position(ofSize: to)) {
            $0.object { writer in
                writer.member("from", from)
                writer.member("to", to)
                writer.member("fromRoot", fromRoot.base64)
                writer.member("toRoot", toRoot.base64)
                writer.member("hashes", proof.hashes.map(\.base64))
            }
        }
    }
}
