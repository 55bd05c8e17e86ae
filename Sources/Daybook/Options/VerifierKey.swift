import ArgumentParser
import Foundation
import MerkleLog

/// Public keys to verify with, given as their text or as a file that holds it.
struct VerifierKey: ExpressibleByArgument, Sendable {
    let verifiers: [NoteVerifier]

    /// Reads keys `name+id+base64` (C2SP signed-note), one a line, or the file of that name with such keys.
    init?(argument: String) {
        if let verifiers = Self.verifiers(argument) {
            self.verifiers = verifiers
            return
        }
        guard let data = FileManager.default.contents(atPath: argument),
            let verifiers = Self.verifiers(String(decoding: data, as: UTF8.self))
        else { return nil }
        self.verifiers = verifiers
    }

    /// All of the text's keys; nil if there is none, or if a line is none. Lines that begin with `#` are remarks.
    private static func verifiers(_ text: String) -> [NoteVerifier]? {
        var verifiers: [NoteVerifier] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let verifier = try? NoteVerifier(encoded: line) else { return nil }
            verifiers.append(verifier)
        }
        return verifiers.isEmpty ? nil : verifiers
    }
}
