import Audit
import HTTPAPI

/// A saved search as the page of the history has it.
struct SearchLine {
    let values: [String: Any]

    /// - Parameter opened: the one that was opened.
    init(_ search: SavedSearch, opened: String?) {
        let path = ConsolePaths.search(search.id)
        let name: String
        if let own = search.name { name = own } else { name = "Without a name" }
        // All are named: else those of the page around it would be taken.
        values = [
            "name": name, "isOpened": search.id == opened,
            // One of a moment is opened by a form, since only a form leads into the past.
            "address": search.isWhole && search.moment == nil
                ? HistoryQuestion.address(HistoryQuestion.fields(of: search)) as Any : false,
            "open": search.isWhole && search.moment != nil ? "\(path)/open" as Any : false,
            "isBroken": !search.isWhole,
            "moment": search.moment.map { Self.words($0) as Any } ?? false,
            "remove": "\(path)/remove",
        ]
    }

    /// A moment in words.
    static func words(_ moment: SavedMoment) -> String {
        switch moment {
        case .position(let position): "as of event \(Figure.grouped(position))"
        case .time(let time): "as of \(MomentText.words(time))"
        }
    }
}
