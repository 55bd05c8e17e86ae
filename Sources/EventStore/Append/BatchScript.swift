import OpenSSL
import Time

/// The one script that writes a batch: everything between BEGIN and COMMIT in a single message to PostgreSQL, so that
/// a batch costs two waits (for the COPY to open, and for the commit).
///
/// The simple protocol takes no parameters: every value here is a number or hexadecimal text that we wrote ourselves.
enum BatchScript {
    /// - Parameter holdsHead: whether the transaction is open already, and has the head lock.
    static func text(for plan: BatchPlan, inline: [InlineProjection], holdsHead: Bool) -> String {
        var script = holdsHead ? "" : "BEGIN ISOLATION LEVEL READ COMMITTED;"
        script += "SELECT log.claim(\(plan.expectedSize), \(bytes(plan.expectedEdge)));"
        // Under the head lock, which whoever exchanges an inline projection holds as well.
        script += expectations(of: inline)
        script += "COPY log.events (\(EventRow.columns)) FROM STDIN (FORMAT binary);"
        for use in plan.keys {
            script += """
                INSERT INTO log.idempotency_keys VALUES (\(text(use.key.scope)), \(text(use.key.key)), \
                \(bytes(use.key.requestDigest)), \(use.first), \(use.count), \(plan.newSize));
                """
        }
        script += """
            SELECT log.advance(\(plan.newSize), \(bytes(plan.edge)), '\(plan.recordedAt.rfc3339)', \
            \(plan.inlineSize), \(bytes(plan.root?.bytes ?? [])), \(text(plan.note)), \(bytes(plan.completedNodes)));
            """
        for (index, range) in plan.inline.sorted(by: { $0.key < $1.key }) {
            script += "SELECT \(inline[index].function)(\(range.lowerBound), \(range.upperBound));"
        }
        return script + "COMMIT"
    }

    /// A call for each function that knows projections, with all of them.
    private static func expectations(of inline: [InlineProjection]) -> String {
        var known: [String: [(name: String, digest: String)]] = [:]
        for projection in inline {
            guard let expected = projection.expectation else { continue }
            known[expected.function, default: []].append((projection.name, expected.digest))
        }
        return known.sorted { $0.key < $1.key }.map { function, expected in
            let names = expected.map { text($0.name) }.joined(separator: ",")
            let digests = expected.map { text($0.digest) }.joined(separator: ",")
            return "SELECT \(function)(ARRAY[\(names)],ARRAY[\(digests)]);"
        }.joined()
    }

    private static func bytes(_ bytes: [UInt8]) -> String {
        "'\\x\(Hex.encode(bytes))'::bytea"
    }

    /// Text that came from outside travels as hexadecimal bytes, so that nothing in it can end the literal.
    private static func text(_ text: String) -> String {
        "convert_from(\(bytes(Array(text.utf8))), 'UTF8')"
    }
}
