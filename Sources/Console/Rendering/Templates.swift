import Foundation
import HTTPAPI
import Mustache

/// The templates of the pages, read once from the program's resources.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// Reads them all.
    ///
    /// - Throws: where one of them is no template; so it is noticed when the server starts.
    init() throws {
        MustacheContentTypes.register(MarkupText(), named: MarkupText.name)
        var library = MustacheLibrary()
        let directory = Bundle.module.bundleURL.appendingPathComponent("Templates")
        for file in try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        where file.pathExtension == "mustache" {
            let text = try String(contentsOf: file, encoding: .utf8)
            // Nothing is put into a page that is not escaped, unless a template says so with three braces; none does.
            try library.register(
                "{{% CONTENT_TYPE:\(MarkupText.name)}}" + text,
                named: file.deletingPathExtension().lastPathComponent
            )
        }
        self.library = library
    }

    /// A page.
    func render(_ name: String, _ values: [String: Any]) throws -> [UInt8] {
        guard let text = library.render(values, withTemplate: name) else {
            throw EndpointError("There is no template \(name).")
        }
        return [UInt8](text.utf8)
    }
}
