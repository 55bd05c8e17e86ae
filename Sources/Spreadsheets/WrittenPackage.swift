import Foundation

/// A finished file, as its central directory (APPNOTE.TXT, 4.3.12) describes it.
struct WrittenPackage {
    private let bytes: Data

    init(_ path: String) throws(SpreadsheetError) {
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            throw SpreadsheetError(.file, "\(path) could not be read again.")
        }
    }

    /// Refuses a file in which a sheet is shorter than its rows: some of them were lost on the way.
    func check(_ rows: [Int]) throws(SpreadsheetError) {
        let found = sheets
        for (index, size) in rows.enumerated() {
            guard let length = found["xl/worksheets/sheet\(index + 1).xml"], length > size else {
                throw SpreadsheetError(.temporaryFile, "Rows of sheet \(index + 1) were lost while the file was made.")
            }
        }
    }

    /// The lengths of sheets before they were compressed.
    private var sheets: [String: Int] {
        // The record at the very end has no comment in our files.
        let end = bytes.count - 22
        guard end >= 0, number(end, 4) == 0x0605_4b50 else { return [:] }
        var (place, sheets) = (number(end + 16, 4), [String: Int]())
        for _ in 0..<number(end + 10, 2) {
            guard place + 46 <= end, number(place, 4) == 0x0201_4b50 else { return sheets }
            let name = number(place + 28, 2)
            guard place + 46 + name <= end else { return sheets }
            sheets[String(decoding: bytes[(place + 46)..<(place + 46 + name)], as: UTF8.self)] = number(place + 24, 4)
            place += 46 + name + number(place + 30, 2) + number(place + 32, 2)
        }
        return sheets
    }

    private func number(_ place: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
}
