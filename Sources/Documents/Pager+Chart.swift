extension Pager {
    /// Two of them have room on a page that lies on its side.
    private var chartHeight: Double { setup.landscape ? 140 : 170 }

    /// Puts a chart on the page: title, legend, axis, bars or lines, and what it says in words.
    func place(_ chart: DocumentChart) {
        need(chartHeight + 70)
        if y > geometry.top { y += 6 }
        flow(chart.title, .heading3, .text, tag: "Caption")
        y += 4
        canvas?.begin("Figure")
        if chart.series.count > 1 { legend(chart.series) }
        draw(chart)
        canvas?.end("Figure")
        flow(chart.description, .small, .quiet, tag: "P")
        y += 10
    }

    private func legend(_ series: [DocumentChart.Series]) {
        let layout = typesetter.layout(.small, 3)
        var distance = 0.0
        for (index, series) in series.enumerated() {
            layout.set(series.name, width: nil, .leading)
            let width = min(layout.width, geometry.measure - 14)
            if distance + width + 26 > geometry.measure, distance > 0 {
                distance = 0
                y += 13
            }
            layout.set(series.name, width: width + 1, .leading, isOneLine: true)
            canvas?.fill(geometry.x(distance, 8), y + 2, 8, 8, Ink.series[index % Ink.series.count])
            canvas?.show(layout, geometry.x(distance + 12, width + 1), y, .text)
            distance += width + 26
        }
        y += 18
    }

    private func draw(_ chart: DocumentChart) {
        let axis = ChartAxis(chart.series.flatMap(\.values), fromNought: chart.kind == .bars)
        let labels = typesetter.layout(.small, 4)
        let widest = axis.ticks.map { typesetter.width(axis.label($0), .small) }.max() ?? 0
        let left = geometry.left + widest + 6
        let plot = (left: left, top: y + 4, width: geometry.right - left, height: chartHeight)
        defer { y = plot.top + plot.height + 20 }
        guard let canvas else { return }
        for tick in axis.ticks {
            let level = plot.top + plot.height * (1 - axis.height(of: tick))
            canvas.line([(plot.left, level), (plot.left + plot.width, level)], 0.4, tick == 0 ? .strong : .rule)
            labels.set(axis.label(tick), width: nil, .leading)
            canvas.show(labels, plot.left - 6 - labels.width, level - labels.height / 2, .quiet)
        }
        let slot = plot.width / Double(max(chart.categories.count, 1))
        // Not every label has room when there are many.
        let every = max(1, Int((34 / slot).rounded(.up)))
        for (index, category) in chart.categories.enumerated() where index % every == 0 {
            let room = slot * Double(every) - 4
            let width = min(typesetter.width(category, .small) + 1, room)
            labels.set(category, width: width, .center, isOneLine: true)
            let middle = plot.left + slot * (Double(index) + 0.5)
            guard middle + width / 2 < geometry.right + 4 else { continue }
            canvas.show(labels, middle - width / 2, plot.top + plot.height + 4, .quiet)
        }
        func place(_ value: Double) -> Double { plot.top + plot.height * (1 - axis.height(of: value)) }
        for (number, series) in chart.series.enumerated() {
            let ink = Ink.series[number % Ink.series.count]
            let values = series.values.prefix(chart.categories.count).enumerated()
            switch chart.kind {
            case .bars:
                let bar = slot * 0.7 / Double(chart.series.count)
                for (index, value) in values where value.isFinite {
                    let x = plot.left + slot * (Double(index) + 0.15) + bar * Double(number)
                    let (from, to) = (place(0), place(value))
                    canvas.fill(x, min(from, to), bar * 0.94, abs(from - to), ink)
                }
            case .lines:
                var points: [(x: Double, y: Double)] = []
                for (index, value) in values {
                    guard value.isFinite else {
                        canvas.line(points, 1.4, ink)
                        points = []
                        continue
                    }
                    points.append((plot.left + slot * (Double(index) + 0.5), place(value)))
                    if chart.categories.count <= 60, let point = points.last { canvas.dot(point.x, point.y, 1.8, ink) }
                }
                canvas.line(points, 1.4, ink)
            }
        }
    }
}
