import Testing

@testable import Daybook

@Suite struct ProgressLineTests {
    private var line: ProgressLine {
        var line = ProgressLine("Verifying", unit: "events", total: 10_000)
        line.done = 2_500
        return line
    }

    @Test func theBarTellsShareCountRateAndTimeLeft() {
        let text = line.bar(.seconds(5), columns: 100)
        #expect(text.contains("25%"))
        #expect(text.contains("2,500/10,000 events"))
        #expect(text.contains("500/s"))
        #expect(text.contains("15 s left"))
        #expect(text.contains("███████░"))
    }

    @Test(arguments: [10, 20, 40, 60, 80, 200])
    func theBarFitsTheTerminal(columns: Int) {
        #expect(TerminalText.width(line.bar(.seconds(5), columns: columns)) <= columns)
    }

    @Test func withoutAnEndThereIsNoShare() {
        var line = ProgressLine("Reading", unit: "events")
        line.done = 1_234
        #expect(line.words(.seconds(1)) == "Reading: 1,234 events  1,234/s")
    }

    @Test func aHundredPercentIsSaidWhenItIsDone() {
        var line = ProgressLine("Reading", unit: "events", total: 1_000)
        line.done = 999
        #expect(line.words(.seconds(1)).contains("99%"))
        line.done = 1_000
        #expect(line.words(.seconds(1)).contains("100%"))
        #expect(!line.words(.seconds(1)).contains("left"))
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")] as [(Int64, String)])
    func numbersAreGrouped(number: Int64, text: String) {
        #expect(ProgressLine.grouped(number) == text)
    }

    @Test(arguments: [
        (Duration.milliseconds(1_250), "1.2 s"), (.seconds(59), "59 s"), (.seconds(61), "1 min 1 s"),
        (.seconds(7_320), "2 h 2 min"),
    ])
    func timesAreReadable(duration: Duration, text: String) {
        #expect(ProgressLine.time(duration) == text)
    }
}
