/// How the width of a page is shared among columns.
struct ColumnFit {
    var measure: Double
    /// What each column needs beside its text.
    var padding: Double
    /// As wide as the longest text in one line.
    var natural: [Double]
    /// As wide as the longest word.
    var least: [Double]
    /// Shares of the page that the caller wants.
    var shares: [Double?]

    /// The widths; together as wide as the page.
    ///
    /// First come the shares. If the rest has room for every column's natural width, what is left over is spread in
    /// proportion; else each column gets its least, and more in proportion to what it lacks. If there is not even room for
    /// that, all get less.
    var widths: [Double] {
        guard !natural.isEmpty else { return [] }
        var widths = shares.map { min(max($0 ?? 0, 0), 1) * measure }
        let shared = widths.reduce(0, +)
        let fitted = shares.indices.filter { shares[$0] == nil }
        guard !fitted.isEmpty, shared < measure * 0.95 else {
            return widths.enumerated().map { index, width in
                // Columns that were to be fitted beside shares of a whole page are not left without any room.
                (shares[index] == nil ? measure / Double(natural.count) : width)
            }.scaled(to: measure)
        }
        let room = measure - shared
        let wanted = fitted.map { max(natural[$0], 1) + padding }
        let needed = fitted.map { min(max(least[$0], 1), max(natural[$0], 1)) + padding }
        let (allWanted, allNeeded) = (wanted.reduce(0, +), needed.reduce(0, +))
        for (place, index) in fitted.enumerated() {
            if allWanted <= room {
                widths[index] = wanted[place] * room / allWanted
            } else if allNeeded <= room {
                let lack = (wanted[place] - needed[place]) / (allWanted - allNeeded)
                widths[index] = needed[place] + lack * (room - allNeeded)
            } else {
                widths[index] = needed[place] * room / allNeeded
            }
        }
        return widths.scaled(to: measure)
    }
}

extension [Double] {
    fileprivate func scaled(to sum: Double) -> [Double] {
        let total = reduce(0, +)
        return total > 0 ? map { $0 * sum / total } : map { _ in sum / Double(count) }
    }
}
