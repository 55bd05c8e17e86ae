import Testing

@testable import Daybook

@Suite struct TableTests {
    @Test func columnsAreAlignedAndNothingTrails() {
        var table = Table([Table.Column("role"), Table.Column("events", .right), Table.Column("note")])
        table.add("teacher", "1,200", "a")
        table.add("head", "3", "longer")
        let expected = """
            role     events  note
            teacher   1,200  a
            head          3  longer
            """
        #expect(table.rendered() == expected)
    }

    @Test func aCellCannotForgeARow() {
        var table = Table("name", "may")
        table.add("eve\nroot", "\u{1b}[2Jall\u{202e}")
        #expect(table.rendered().split(separator: "\n").count == 2)
        #expect(table.rendered().contains(#"eve\u{a}root"#))
        #expect(!table.rendered().unicodeScalars.contains("\u{1b}"))
        #expect(!table.rendered().unicodeScalars.contains("\u{202e}"))
    }

    @Test func wideCharactersTakeTwoColumns() {
        var table = Table("name", "n")
        table.add("校長", "1")
        table.add("Zoë", "2")
        #expect(table.rendered() == "name  n\n校長  1\nZoë   2")
    }

    @Test func aRowOfAnotherLengthIsMadeToFit() {
        var table = Table("a", "b")
        table.add("1")
        table.add("1", "2", "3")
        #expect(table.rows == [["1", ""], ["1", "2"]])
    }
}
