import Foundation
import JSON

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
    static func run(pointingTo url: String) throws -> IndependentSigner {
        let script = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Signers/sign_tokens.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script.path, "\(TestIssuer.now)", url]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let json = try JSONValue(parsing: [UInt8](data)).object,
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
