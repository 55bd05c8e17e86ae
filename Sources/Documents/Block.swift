/// What a document consists of.
enum Block {
    case cover(DocumentCover)
    case heading(String, level: Int)
    case paragraph(String)
    case facts([DocumentFact])
    case chart(DocumentChart)
    /// The number of a table, whose columns are kept in memory.
    case table(Int)
    case row([DocumentCell], DocumentWriter.RowStyle)
    case tableEnd
    case pageBreak

    func write(to bytes: inout BlockBytes) {
        switch self {
        case .cover(let cover):
            bytes.add(byte: 0)
            for text in [cover.institution, cover.title, cover.subtitle, cover.note] { bytes.add(text) }
            bytes.add(cover.facts)
        case .heading(let text, let level):
            bytes.add(byte: 1)
            bytes.add(text)
            bytes.add(level)
        case .paragraph(let text):
            bytes.add(byte: 2)
            bytes.add(text)
        case .facts(let facts):
            bytes.add(byte: 3)
            bytes.add(facts)
        case .chart(let chart):
            bytes.add(byte: 4)
            bytes.add(chart)
        case .table(let number):
            bytes.add(byte: 5)
            bytes.add(number)
        case .row(let cells, let style):
            bytes.add(byte: 6)
            bytes.add(byte: style.rawValue)
            bytes.add(cells.count)
            for cell in cells {
                bytes.add(cell.text)
                bytes.add(cell.link ?? "")
            }
        case .tableEnd: bytes.add(byte: 7)
        case .pageBreak: bytes.add(byte: 8)
        }
    }

    /// Reads what ``write(to:)`` wrote; nil for anything else.
    init?(_ bytes: inout BlockBytes) {
        switch bytes.byte() {
        case 0:
            let texts = (0..<4).map { _ in bytes.text() }
            self = .cover(
                DocumentCover(
                    institution: texts[0],
                    title: texts[1],
                    subtitle: texts[2],
                    facts: bytes.facts(),
                    note: texts[3]
                )
            )
        case 1: self = .heading(bytes.text(), level: bytes.number())
        case 2: self = .paragraph(bytes.text())
        case 3: self = .facts(bytes.facts())
        case 4: self = .chart(bytes.chart())
        case 5: self = .table(bytes.number())
        case 6:
            let style = DocumentWriter.RowStyle(rawValue: bytes.byte()) ?? .plain
            self = .row(
                bytes.list { bytes in
                    let text = bytes.text()
                    let link = bytes.text()
                    return DocumentCell(text, link: link.isEmpty ? nil : link)
                },
                style
            )
        case 7: self = .tableEnd
        case 8: self = .pageBreak
        default: return nil
        }
    }
}
