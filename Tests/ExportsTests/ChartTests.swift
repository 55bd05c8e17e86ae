import Foundation
import Testing
import Time

@testable import Exports

/// The figures of charts, gathered row by row.
@Suite struct ChartTests {
    private static let columns = [
        ExportColumn("course"), ExportColumn("present", .integer), ExportColumn("absent", .integer),
        ExportColumn("day", .day), ExportColumn("status"), .money("amount"),
    ]

    private static func row(
        _ course: String?,
        _ present: Int,
        _ absent: Int,
        day: String = "2026-01-31",
        status: String = "open",
        amount: Int = 0,
        currency: String = "EUR"
    ) -> ExportRow {
        var row = ExportRow()
        row.append(course)
        row.append("\(present)")
        row.append("\(absent)")
        row.append(day)
        row.append(status)
        row.append("\(amount)")
        row.set(currency: currency)
        return row
    }

    private static func pictures(_ chart: ExportChart, _ rows: [ExportRow]) throws -> [ChartFigures.Picture] {
        var figures = try #require(ChartFigures(chart, columns))
        for row in rows { figures.add(row) }
        return figures.pictures
    }

    @Test func columnsAreAddedUpByCategoryTheLargestFirst() throws {
        let chart = ExportChart.bars("Attendance", by: "course", of: ["present", "absent"])
        let rows = [Self.row("Art", 1, 0), Self.row("Maths", 5, 2), Self.row("Art", 2, 1), Self.row(nil, 1, 0)]
        let picture = try #require(try Self.pictures(chart, rows).first)
        #expect(picture.categories == ["Maths", "Art", "–"] && picture.kinds == ["Present", "Absent"])
        #expect(picture.values == [[5, 2], [3, 1], [1, 0]] && picture.currency == nil)
        let many = (0..<40).map { Self.row("c\($0)", 100 - $0, 0) }
        let folded = try #require(try Self.pictures(chart, many).first)
        #expect(folded.categories.count == 16 && folded.categories.last == "Others")
        let total: Int64 = folded.values.map { $0[0] }.reduce(0, +)
        #expect(total == 3_220)
    }

    @Test func eachCurrencyHasAChartOfItsOwn() throws {
        let chart = ExportChart.bars("Fees", by: "status", of: ["amount"])
        let rows = [
            Self.row("a", 0, 0, amount: 100), Self.row("a", 0, 0, status: "paid", amount: 50),
            Self.row("a", 0, 0, amount: 7, currency: "JPY"),
            Self.row("a", 0, 0, status: "paid", amount: 8, currency: "JPY"),
        ]
        let pictures = try Self.pictures(chart, rows)
        #expect(pictures.map(\.currency) == ["EUR", "JPY"] && pictures.map(\.values) == [[[100], [50]], [[8], [7]]])
    }

    @Test func daysAreInTheirOrderAndMonthsWhereTheyAreMany() throws {
        let chart = ExportChart.lines("Days", by: "day", each: ["status"])
        let few = try #require(
            try Self.pictures(
                chart,
                [
                    Self.row("a", 0, 0, day: "2026-02-01"), Self.row("a", 0, 0, day: "2026-01-31"),
                    Self.row("a", 0, 0, day: "2026-01-31", status: "late"),
                ]
            ).first
        )
        #expect(few.categories == ["2026-01-31", "2026-02-01"] && few.kinds == ["open", "late"])
        #expect(few.values == [[1, 1], [1, 0]])
        let year = (0..<365).map { day in
            Self.row("a", 0, 0, day: CalendarDay(daysSinceEpoch: 20_454 + Int64(day)).text)
        }
        let months = try #require(try Self.pictures(chart, year).first)
        #expect(months.categories.count == 12 && months.values.first == [31])
    }

    @Test func whereAColumnIsMissingOrThereIsNothingToCompareThereIsNone() throws {
        let chart = ExportChart.bars("Attendance", by: "course", of: ["present", "late"])
        #expect(ChartFigures(chart, Self.columns)?.chart == nil)
        let single = ExportChart.bars("Attendance", by: "course", of: ["present"])
        #expect(try Self.pictures(single, [Self.row("Art", 1, 0)]).isEmpty)
        #expect(try Self.pictures(single, []).isEmpty)
    }
}
