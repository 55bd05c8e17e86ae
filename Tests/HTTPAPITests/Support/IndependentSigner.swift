import Foundation
import JSON
import TestSupport

/// Keys and tokens of another implementation: see `Signers/sign_tokens.py`.
struct IndependentSigner: Sendable {
    /// The JWK set.
    let keys: [UInt8]
    /// Tokens that sign in, by what is special about them.
    let accepted: [String: String]
    /// Tokens that do not, by what is wrong with them.
    let refused: [String: String]

    /// Signs all of them.
    ///
    /// - Parameter url: where tokens say that keys of their own can be had.
    static func run(pointingTo url: String) async throws -> IndependentSigner {
        let script = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Signers/sign_tokens.py")
        let outcome = try await Program.run(["python3", script.path, "\(TestIssuer.now)", url])
        guard outcome.status == 0, let json = try JSONValue(parsing: Array(outcome.output.utf8)).object,
            let keys = json["keys"]
        else { throw CocoaError(.executableLoad) }
        var writer = JSONWriter()
        writer.value(keys)
        return IndependentSigner(keys: writer.bytes, accepted: texts(json["accepted"]), refused: texts(json["refused"]))
    }

    private static func texts(_ value: JSONValue?) -> [String: String] {
        (value?.object?.members ?? []).reduce(into: [:]) { $0[$1.name] = $1.value.string }
    }
}
