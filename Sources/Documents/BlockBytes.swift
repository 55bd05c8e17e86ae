/// Blocks as bytes: numbers in eight bytes, texts and lists after their length. Only ever read by the process that wrote
/// them.
struct BlockBytes {
    private(set) var bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func add(byte: UInt8) { bytes.append(byte) }

    mutating func add(_ number: Int) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func add(_ facts: [DocumentFact]) {
        add(facts.count)
        for fact in facts {
            add(fact.label)
            add(fact.value)
            add(byte: fact.isCode ? 1 : 0)
        }
    }

    mutating func add(_ chart: DocumentChart) {
        add(byte: chart.kind.rawValue)
        add(chart.title)
        add(chart.description)
        add(chart.categories.count)
        for category in chart.categories { add(category) }
        add(chart.series.count)
        for series in chart.series {
            add(series.name)
            add(series.values.count)
            for value in series.values { add(Int(truncatingIfNeeded: value.bitPattern)) }
        }
    }

    mutating func byte() -> UInt8 {
        guard place < bytes.count else { return .max }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number() -> Int {
        guard place + 8 <= bytes.count else { return 0 }
        defer { place += 8 }
        return bytes.withUnsafeBytes { Int(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Int.self)) }
    }

    mutating func text() -> String {
        let count = number()
        guard count > 0, place + count <= bytes.count else { return "" }
        defer { place += count }
        return bytes.withUnsafeBytes { String(decoding: $0[place..<(place + count)], as: UTF8.self) }
    }

    mutating func list<Element>(_ element: (inout BlockBytes) -> Element) -> [Element] {
        (0..<number()).map { _ in element(&self) }
    }

    mutating func facts() -> [DocumentFact] {
        list { bytes in
            let label = bytes.text()
            let value = bytes.text()
            return DocumentFact(label, value, isCode: bytes.byte() == 1)
        }
    }

    mutating func chart() -> DocumentChart {
        let kind = DocumentChart.Kind(rawValue: byte()) ?? .bars
        let title = text()
        let description = text()
        let categories = list { $0.text() }
        let series = list { bytes in
            let name = bytes.text()
            let values = bytes.list { Double(bitPattern: UInt64(truncatingIfNeeded: $0.number())) }
            return DocumentChart.Series(name, values)
        }
        return DocumentChart(kind, title: title, categories: categories, series: series, description: description)
    }
}
