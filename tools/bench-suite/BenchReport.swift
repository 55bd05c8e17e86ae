import JSON

/// The figures of a run.
struct BenchReport: Sendable {
    struct Figure: Sendable {
        var name: String
        var value: Double
        var unit: String
    }

    struct Row: Sendable {
        var figure: Figure
        var baseline: Figure
        /// The figure over the baseline.
        var ratio: Double { baseline.value == 0 ? 0 : figure.value / baseline.value }
    }

    private(set) var rows: [Row] = []

    mutating func add(_ name: String, _ value: Double, _ unit: String, beside baseline: Figure) {
        rows.append(Row(figure: Figure(name: name, value: value, unit: unit), baseline: baseline))
    }

    /// Adds the figures of a part of the run.
    mutating func add(_ part: BenchReport) { rows += part.rows }

    var table: String {
        var lines = [["what", "value", "unit", "baseline", "value", "ratio"]]
        for row in rows {
            lines.append([
                row.figure.name, Self.text(row.figure.value), row.figure.unit, row.baseline.name,
                Self.text(row.baseline.value), Self.text(row.ratio),
            ])
        }
        let widths = (0..<6).map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }
        .joined(separator: "\n")
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for row in rows {
                writer.object { writer in
                    writer.member("name", row.figure.name)
                    writer.name("value")
                    writer.value(rawJSON: Array(Self.text(row.figure.value).utf8))
                    writer.member("unit", row.figure.unit)
                    writer.member(
                        "baseline",
                        object: { writer in
                            writer.member("name", row.baseline.name)
                            writer.name("value")
                            writer.value(rawJSON: Array(Self.text(row.baseline.value).utf8))
                        }
                    )
                    writer.name("ratio")
                    writer.value(rawJSON: Array(Self.text(row.ratio).utf8))
                }
            }
        }
        writer.newline()
        return writer.bytes
    }

    /// Three significant places are more than a shared machine can tell.
    private static func text(_ value: Double) -> String {
        if value >= 1_000 { return String(Int(value.rounded())) }
        let scaled = (value * 1_000).rounded() / 1_000
        return "\(scaled)"
    }
}
