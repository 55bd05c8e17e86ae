import Foundation
import TestSupport
import Testing
import Time

@testable import Documents

/// A directory that is gone afterwards, and other people's programs that read documents.
struct Scratch: ~Copyable {
    let path: String
    let file: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("documents-\(UUID().uuidString)").path
        file = "\(path)/file.pdf"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// What is in it.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    static func setup(
        _ language: String = "en",
        landscape: Bool = false,
        paper: DocumentSetup.Paper = .a4,
        rightToLeft: Bool = false
    ) -> DocumentSetup {
        DocumentSetup(
            title: "Fees (2026) \\ Straße",
            author: "Nordhaus",
            created: Timestamp(microseconds: 1_770_000_000_000_000),
            subject: "By course",
            language: language,
            paper: paper,
            landscape: landscape,
            rightToLeft: rightToLeft,
            runningHead: "Nordhaus – Fees",
            footer: "Position 41, 2026-02-02"
        )
    }

    /// Writes a document.
    func write(
        _ setup: DocumentSetup = Scratch.setup(),
        _ fill: (DocumentWriter) throws -> Void
    ) throws -> DocumentWriter.Summary {
        try? FileManager.default.removeItem(atPath: file)
        let writer = try DocumentWriter(path: file, temporaryDirectory: path, setup: setup)
        try fill(writer)
        return try writer.finish()
    }

    /// The text of the document in the order of its content.
    func text() throws -> String { try Self.run("pdftotext", "-raw", file, "-") }

    /// What a program prints, which has to succeed.
    @discardableResult
    static func run(_ arguments: String...) throws -> String {
        let outcome = try Program.runHere(arguments)
        let text = outcome.output + outcome.errors
        try #require(outcome.status == 0, "\(arguments.joined(separator: " ")): \(text)")
        return text
    }
}
