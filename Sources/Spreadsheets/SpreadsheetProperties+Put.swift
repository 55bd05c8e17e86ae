internal import CXlsxWriter
import Foundation

extension SpreadsheetProperties {
    /// Tells a workbook; it keeps copies.
    func put(into workbook: UnsafeMutablePointer<lxw_workbook>) {
        let texts = [title, subject, author, company, keywords, comments].map { strdup(CellText($0).text) }
        defer { texts.forEach { free($0) } }
        var properties = lxw_doc_properties()
        properties.title = texts[0]
        properties.subject = texts[1]
        properties.author = texts[2]
        properties.company = texts[3]
        properties.keywords = texts[4]
        properties.comments = texts[5]
        // Nought would be taken for now.
        let seconds = Int(created.microseconds / 1_000_000)
        properties.created = seconds == 0 ? 1 : seconds
        workbook_set_properties(workbook, &properties)
    }
}
