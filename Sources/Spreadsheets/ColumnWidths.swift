/// How wide columns have to be for their titles and first rows.
struct ColumnWidths {
    private static let rows = 1_000
    private static let bounds = 8.0...60.0

    private let given: [Double?]
    private var widest: [Int]
    private var seen = 0

    init(_ columns: [SpreadsheetColumn]) {
        given = columns.map(\.width)
        // The arrow of the filter takes room too.
        widest = columns.map { Self.places($0.title) + 3 }
    }

    /// Whether rows are still looked at.
    var isOpen: Bool { seen < Self.rows }

    /// Another row begins.
    mutating func count() { seen += 1 }

    /// A cell with a text of so many places.
    mutating func add(_ places: Int, _ column: Int) {
        while column >= widest.count { widest.append(0) }
        widest[column] = max(widest[column], places)
    }

    /// The widths in characters.
    var widths: [Double] {
        widest.indices.map { column in
            if column < given.count, let width = given[column] { return min(max(width, 0), 255) }
            return min(max(Double(widest[column]) * 1.1 + 1, Self.bounds.lowerBound), Self.bounds.upperBound)
        }
    }

    /// The places that the longest line of a text takes; wide characters of East Asia take two.
    static func places(_ text: String) -> Int {
        var (longest, length) = (0, 0)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a:
                longest = max(longest, length)
                length = 0
            case 0x1100..<0x1200, 0x2e80..<0xa4d0, 0xac00..<0xd7a4, 0xf900..<0xfb00, 0xff00..<0xff61,
                0x1f300..<0x1f700, 0x20000..<0x40000:
                length += 2
            default: length += scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
            }
        }
        return max(longest, length)
    }
}
