import JSON
import MerkleLog
import OpenSSL

/// A range of the log as text that anybody can verify without a database: the format "daybook export 1".
///
/// One JSON object a line.
///
/// - First `{"format":"daybook export 1","origin","from":a,"edge":["hex",…]}`: the edge is that of the tree of the
///   first `a` events, the roots of its full subtrees, largest first.
/// - Then a line for each event from position `a` on, as ``RecordedEvent/writeExported(into:includingPersonal:)``
///   writes it.
/// - Last `{"checkpoint":"<signed note>","to":b}`. The export goes on to `b`, the size of the first checkpoint that
///   covers what was asked for, so that the root that it signs can be computed from edge and leaves.
///
/// Pieces are read as they are asked for: memory is bounded however long the range is.
package struct LogExport: AsyncSequence, Sendable {
    /// Whole lines.
    package typealias Element = [UInt8]

    /// The log's name.
    package let origin: String
    /// The positions that are exported.
    package let range: Range<Int64>
    /// The signed checkpoint of the first `range.upperBound` events.
    package let checkpoint: String

    let edge: CompactRange
    let reader: LogReader
    let includesPersonal: Bool
    let page: Int

    /// Reads on demand.
    package struct AsyncIterator: AsyncIteratorProtocol {
        private enum Stage {
            case header
            case events(from: Int64)
            case end
        }

        let export: LogExport
        private var stage = Stage.header

        init(_ export: LogExport) {
            self.export = export
        }

        /// The next lines; nil after the last one.
        package mutating func next() async throws -> [UInt8]? {
            switch stage {
            case .header:
                stage = .events(from: export.range.lowerBound)
                return export.header
            case .events(let position) where position < export.range.upperBound:
                let lines = try await export.lines(from: position)
                stage = .events(from: lines.next)
                return lines.bytes
            case .events:
                stage = .end
                return export.trailer
            case .end:
                return nil
            }
        }
    }

    /// A reader of its own.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    private var header: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("format", "daybook export 1")
            writer.member("origin", origin)
            writer.member("from", range.lowerBound)
            let edge = edge.edge
            let hashes = stride(from: 0, to: edge.count, by: Hash.byteCount).map { start in
                Hex.encode(Array(edge[start..<start + Hash.byteCount]))
            }
            writer.member("edge", hashes)
        }
        writer.newline()
        return writer.bytes
    }

    private var trailer: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("checkpoint", checkpoint)
            writer.member("to", range.upperBound)
        }
        writer.newline()
        return writer.bytes
    }

    private func lines(from position: Int64) async throws -> (bytes: [UInt8], next: Int64) {
        let events = try await reader.events(from: position, below: range.upperBound, limit: page)
        // A hole would end the export early, and look like a shorter log.
        guard let last = events.last, events.first?.position == position,
            last.position - position + 1 == events.count
        else {
            throw LogReadError(
                .malformed,
                "The log has no event where one must be, from position \(position) on; run: daybook verify"
            )
        }
        var writer = JSONWriter(reservingCapacity: events.count * 700)
        for event in events {
            event.writeExported(into: &writer, includingPersonal: includesPersonal)
            writer.newline()
        }
        return (writer.bytes, last.position + 1)
    }
}

extension EventStore {
    /// The events from position `from` up to, not including, `to` (nil: to the end of the log), ready to be written.
    ///
    /// - Parameters:
    ///   - includingPersonal: whether personal text that was not erased is written; else its digest is.
    ///   - page: how many events are read at a time.
    package func export(
        from: Int64 = 0,
        to: Int64? = nil,
        includingPersonal: Bool,
        page: Int = 500
    ) async throws -> LogExport {
        let size = try await head().size
        let end = to ?? size
        guard from >= 0, from <= end, end <= size else {
            throw LogReadError(
                .beyondEnd(size: size),
                "An export goes from position 0 or later to \(size), the size of the log, or less."
            )
        }
        guard let note = try await prover.checkpoint(covering: end) else {
            throw LogReadError(.beyondEnd(size: size), "No checkpoint covers \(end) events yet.")
        }
        let checkpoint = try Checkpoint(text: try SignedNote(parsing: note).text)
        return LogExport(
            origin: checkpoint.origin,
            range: from..<checkpoint.size,
            checkpoint: note,
            edge: try await DatabaseNodes(pool: pool).compactRange(treeSize: from),
            reader: reader,
            includesPersonal: includingPersonal,
            page: max(1, min(page, LogReader.maximumPage))
        )
    }
}
