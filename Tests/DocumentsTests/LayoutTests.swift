import Foundation
import Testing

@testable import Documents

@Suite struct ColumnFitTests {
    private func fit(_ natural: [Double], _ least: [Double], _ shares: [Double?]) -> [Double] {
        ColumnFit(measure: 500, padding: 10, natural: natural, least: least, shares: shares).widths
    }

    @Test func whatIsLeftOverIsSpreadInProportion() {
        #expect(fit([90, 190], [10, 10], [nil, nil]).map { $0.rounded() } == [167, 333])
    }

    @Test func longColumnsGiveRoomAndShortOnesKeepTheirs() {
        let widths = fit([40, 2_000, 40], [40, 60, 40], [nil, nil, nil])
        #expect(widths[0] == 50)
        #expect(widths[1] == 400)
    }

    @Test func allGetLessWhereThereIsNotEvenRoomForWords() {
        let widths = fit([400, 400], [400, 400], [nil, nil])
        #expect(widths == [250, 250])
    }

    @Test func sharesComeFirstAndTheWidthsFillThePage() {
        let widths = fit([40, 40, 40], [40, 40, 40], [0.5, nil, nil])
        #expect(widths == [250, 125, 125])
        #expect(abs(fit([10, 10], [5, 5], [0.9, 0.9]).reduce(0, +) - 500) < 0.001)
        #expect(fit([10, 10], [5, 5], [1, nil]).allSatisfy { $0 > 100 })
    }
}

@Suite struct ChartAxisTests {
    @Test(
        arguments: [
            ([0, 97], [0, 20, 40, 60, 80, 100]), ([-30, 50], [-40, -20, 0, 20, 40, 60]),
            ([], [0, 0.2, 0.4, 0.6, 0.8, 1]),
            ([0.93], [0, 0.2, 0.4, 0.6, 0.8, 1]), ([.nan, 5], [0, 1, 2, 3, 4, 5]),
        ] as [([Double], [Double])]
    )
    func numbersAreRoundAndIncludeNought(values: [Double], ticks: [Double]) {
        let axis = ChartAxis(values)
        #expect(zip(axis.ticks, ticks).allSatisfy { abs($0 - $1) < 1e-9 } && axis.ticks.count == ticks.count)
    }

    @Test func linesFarFromNoughtAreShownAsTheyAre() {
        #expect(ChartAxis([0.9, 0.98], fromNought: false).ticks.first.map { $0 > 0.89 } == true)
        #expect(ChartAxis([0.3, 0.98], fromNought: false).ticks.first == 0)
        #expect(ChartAxis([5, 5], fromNought: false).ticks.first == 0)
    }

    @Test func labelsHaveGroupsAndPlaces() {
        let thousands = ChartAxis([0, 1_200_000])
        #expect(thousands.label(1_200_000) == "1\u{202f}200\u{202f}000")
        #expect(ChartAxis([0, 1]).label(0.4) == "0.4")
        #expect(ChartAxis([-12, 0]).label(-2.5) == "−2.5")
    }
}

@Suite struct BlockTests {
    @Test func whatIsWrittenIsRead() throws {
        let chart = DocumentChart(
            .lines,
            title: "t",
            categories: ["a", ""],
            series: [.init("s", [1.5, -0.0])],
            description: "d"
        )
        let cover = DocumentCover(institution: "i", title: "ü", facts: [DocumentFact("l", "v", isCode: true)])
        var bytes = BlockBytes()
        for block in [
            Block.chart(chart), .cover(cover), .row([DocumentCell("x", link: "y"), ""], .total),
            .heading("h", level: 2),
        ] { block.write(to: &bytes) }
        var reader = BlockBytes(bytes.bytes)
        guard case .chart(chart)? = Block(&reader), case .cover(cover)? = Block(&reader),
            case .row(let cells, .total)? = Block(&reader), case .heading("h", 2)? = Block(&reader)
        else {
            Issue.record("blocks differ")
            return
        }
        #expect(cells == [DocumentCell("x", link: "y"), ""])
        #expect(Block(&reader) == nil)
    }
}
