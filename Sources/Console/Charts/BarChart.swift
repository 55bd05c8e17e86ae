import Foundation

/// A small chart of one series, drawn on the server as SVG, with the same figures as a table beside it.
struct BarChart {
    /// A bar.
    struct Bar {
        /// What it stands for, such as a time of day.
        var label: String
        var value: Double
        /// The value as people read it.
        var figure: String
        /// Where it leads; nowhere if nil.
        var address: String?
        /// What it covers, as the page it leads to takes it.
        var range: (from: String, to: String)?
    }

    private static let width = 480.0
    private static let height = 96.0

    /// Numbers the charts of a page, since names of elements occur once.
    let name: String
    let title: String
    let bars: [Bar]

    /// As the template has it.
    var values: [String: Any] {
        let highest = bars.map(\.value).max() ?? 0
        let step = Self.width / Double(max(1, bars.count))
        return [
            "name": name,
            "title": title,
            "highest": bars.max { $0.value < $1.value }?.figure ?? "0",
            "first": bars.first?.label ?? "",
            "last": bars.last?.label ?? "",
            "isFlat": highest == 0,
            // Bars that lead somewhere are for pointers; the figures beside them lead there too, and are read out.
            "hasLinks": bars.contains { $0.address != nil },
            "bars": bars.enumerated().map { place, bar in
                // Whatever is more than nothing can be seen.
                let height = highest == 0 || bar.value == 0 ? 0 : max(1.5, bar.value / highest * (Self.height - 4))
                var line: [String: Any] = [
                    "x": Self.text(Double(place) * step + step * 0.12), "y": Self.text(Self.height - height),
                    "width": Self.text(step * 0.76), "height": Self.text(height),
                    "label": bar.label, "figure": bar.figure, "address": false,
                ]
                if let address = bar.address {
                    line["address"] = address
                    line["from"] = bar.range?.from ?? ""
                    line["to"] = bar.range?.to ?? ""
                    line["left"] = Self.text(Double(place) * step)
                    line["room"] = Self.text(step)
                }
                return line
            },
        ]
    }

    private static func text(_ number: Double) -> String { String(format: "%.1f", number) }
}
