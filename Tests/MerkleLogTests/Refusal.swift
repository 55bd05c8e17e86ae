import MerkleLog
import Testing

/// Expects a refusal for one particular reason.
func expectRefusal(
    _ code: MerkleLogError.Code,
    _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    #expect(comment, sourceLocation: sourceLocation) {
        try body()
    } throws: { error in
        (error as? MerkleLogError)?.code == code
    }
}

extension Hash {
    /// The hash with one bit turned over.
    func flipping(bit: Int) -> Hash {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << (bit % 8)
        return Hash(bytes) ?? .zero
    }
}
