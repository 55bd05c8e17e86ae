import Access
import EventStore
import JSON
import MerkleLog

extension Endpoint {
    /// The log as static resources below `/log` (C2SP tlog-tiles). The path of a tile has one segment for every three
    /// digits of its index and one more if it is partial: four segments are enough for a hundred billion events.
    static func logTiles(_ log: LogAccess) -> [Endpoint] {
        [
            Endpoint(
                .get,
                "/log/tile/{level}/{a}",
                summary,
                details: details,
                tag: "log",
                access: access,
                inputs: level,
                segment("a"),
                outputs: output,
                problems: .notFound,
                .unavailable
            ) { try await tile([$1, $2], log, $0) },
            Endpoint(
                .get,
                "/log/tile/{level}/{a}/{b}",
                summary,
                details: details,
                tag: "log",
                access: access,
                inputs: level,
                segment("a"),
                segment("b"),
                outputs: output,
                problems: .notFound,
                .unavailable
            ) { try await tile([$1, $2, $3], log, $0) },
            Endpoint(
                .get,
                "/log/tile/{level}/{a}/{b}/{c}",
                summary,
                details: details,
                tag: "log",
                access: access,
                inputs: level,
                segment("a"),
                segment("b"),
                segment("c"),
                outputs: output,
                problems: .notFound,
                .unavailable
            ) { try await tile([$1, $2, $3, $4], log, $0) },
            Endpoint(
                .get,
                "/log/tile/{level}/{a}/{b}/{c}/{d}",
                summary,
                details: details,
                tag: "log",
                access: access,
                inputs: level,
                segment("a"),
                segment("b"),
                segment("c"),
                segment("d"),
                outputs: output,
                problems: .notFound,
                .unavailable
            ) { try await tile([$1, $2, $3, $4, $5], log, $0) },
        ]
    }

    private static let summary = "Get a tile of the log's tree"
    private static let details = """
        C2SP tlog-tiles: 256 hashes of a level, or for the level `entries` the 256 entries below them, each after its \
        length in two bytes. Entries take the permission to export the log.
        """
    private static let access = EndpointAccess.permission(BuiltInPermission.readProofs.name, in: .decidedByHandler)
    private static let level = Path("level", .text(1...7), "The level, 0 for leaf hashes, or `entries`.")
    private static let output = Output(.ok, [.octets], .string(format: "binary"), "The tile.")

    private static func segment(_ name: String) -> Path<String> {
        Path(name, .text(1...8), "A part of the tile's path: `067`, `x001`, `067.p`, or the width of a partial tile.")
    }

    private static func tile(_ segments: [String], _ log: LogAccess, _ context: RequestContext) async throws -> Reply {
        try await context.require(BuiltInPermission.readProofs.name, in: .anywhere)
        guard let path = try? TilePath("tile/" + segments.joined(separator: "/")) else {
            throw Problem.notFound("tile", segments.joined(separator: "/"))
        }
        if path.contents == .entries {
            try await context.require(BuiltInPermission.exportLog.name, in: .institution)
            try await log.record(
                .export,
                ["tile": .string(path.text)],
                returned: Int64(path.width),
                by: .exportLog,
                context
            )
        }
        let size = try await log.store.head().size
        let bytes = try await log.store.tiles.bytes(path, size: size)
        var reply = Reply.bytes(bytes, .octets)
        // What a tile holds never changes.
        reply.headers[.cacheControl] = "private, max-age=31536000, immutable"
        return reply
    }
}
