import Foundation

/// The axis of values of a chart: round numbers from the lowest to the highest.
struct ChartAxis {
    /// The numbers, from below; at least two.
    let ticks: [Double]
    private let step: Double

    /// - Parameter fromNought: whether nought is among the numbers, as bars need it. Lines that all run far from it are
    ///   shown as they are.
    init(_ values: [Double], fromNought: Bool = true) {
        let finite = values.filter { $0.isFinite && abs($0) < 1e15 }
        var (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        if fromNought || low == high || high - low > max(abs(low), abs(high)) / 2 {
            low = min(low, 0)
            high = max(high, 0)
        }
        if high == low { high = 1 }
        let rough = (high - low) / 5
        let power = pow(10, log10(rough).rounded(.down))
        let factor = [1.0, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
        let step = factor * power
        self.step = step
        let first = (low / step).rounded(.down)
        let last = max((high / step).rounded(.up), first + 1)
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// How far up a value is, from 0 at the lowest number to 1 at the highest.
    func height(of value: Double) -> Double {
        let (low, high) = (ticks[0], ticks[ticks.count - 1])
        return (min(max(value, low), high) - low) / (high - low)
    }

    /// A number of the axis with as many places as its steps have, in groups of three.
    func label(_ value: Double) -> String {
        let places =
            step >= 1 && step == step.rounded() ? 0 : max(Int((-log10(step)).rounded(.up)), 0) + (step < 1 ? 0 : 1)
        let text = String(format: "%.\(places)f", abs(value))
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var whole = ""
        for (index, digit) in parts[0].enumerated() {
            if index > 0, (parts[0].count - index) % 3 == 0 { whole += "\u{202f}" }
            whole.append(digit)
        }
        return (value < 0 ? "−" : "") + whole + (parts.count > 1 ? ".\(parts[1])" : "")
    }
}
