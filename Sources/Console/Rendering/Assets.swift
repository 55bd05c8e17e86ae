import Foundation
import HTTPAPI
import HTTPTypes
import OpenSSL

/// The files that pages load: style, scripts and the icon, read once from the program's resources.
struct Assets: Sendable {
    private struct File: Sendable {
        let bytes: [UInt8]
        let type: MediaType
        let tag: String
    }

    private static let types = [
        "css": MediaType("text/css", contentType: "text/css; charset=utf-8"),
        "js": MediaType("text/javascript", contentType: "text/javascript; charset=utf-8"),
        "svg": MediaType("image/svg+xml"),
    ]

    private let files: [String: File]

    /// Reads them all.
    init() throws {
        var files: [String: File] = [:]
        let directory = Bundle.module.bundleURL.appendingPathComponent("Assets")
        for url in try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil) {
            guard let type = Self.types[url.pathExtension] else { continue }
            let bytes = [UInt8](try Data(contentsOf: url))
            files[url.lastPathComponent] = File(bytes: bytes, type: type, tag: "\"\(SHA256.hash(bytes).hex)\"")
        }
        self.files = files
    }

    /// The formats, for their endpoint.
    static var mediaTypes: [MediaType] { types.values.sorted { $0.name < $1.name } }

    /// A file, or 304 where the browser has it already.
    func reply(_ name: String, ifNoneMatch tags: String?) throws -> Reply {
        guard let file = files[name] else { throw Problem.notFound("file", name) }
        let isKnown = tags.map { $0 == "*" || $0.contains(file.tag) } ?? false
        var reply = isKnown ? Reply(.notModified, .none, nil) : Reply.bytes(file.bytes, file.type)
        reply = PageReply.guarded(reply)
        reply.headers[.eTag] = file.tag
        // Asked after each time, so that a new release is never mixed with an old one.
        reply.headers[.cacheControl] = "no-cache"
        return reply
    }
}
