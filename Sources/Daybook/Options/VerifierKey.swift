import ArgumentParser
import Foundation
import MerkleLog

/// A public key to verify with, given as its text or as a file that holds it.
struct VerifierKey: ExpressibleByArgument, Sendable {
    let verifiers: [NoteVerifier]

    /// Reads `name+id+base64` (C2SP signed-note), or the file of that name with one such key a line.
    init?(argument: String) {
        if let verifier = try? NoteVerifier(encoded: argument) {
            verifiers = [verifier]
            return
        }
        guard let data = FileManager.default.contents(atPath: argument) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let keys = lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { try? NoteVerifier(encoded: $0) }
        guard !keys.isEmpty, !keys.contains(where: { $0 == nil }) else { return nil }
        verifiers = keys.compactMap { $0 }
    }
}
