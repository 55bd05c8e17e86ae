/// The sizes of a page in points, from its upper left corner.
struct PageGeometry {
    let width: Double
    let height: Double
    let left = 42.0
    let rightToLeft: Bool

    init(_ setup: DocumentSetup) {
        let (short, long) =
            switch setup.paper {
            case .a4: (595.276, 841.89)
            case .letter: (612.0, 792.0)
            }
        (width, height) = setup.landscape ? (long, short) : (short, long)
        rightToLeft = setup.rightToLeft
    }

    /// Where text ends at the right.
    var right: Double { width - left }
    /// How wide text is.
    var measure: Double { width - 2 * left }
    /// Where the running head is.
    let head = 30.0
    /// Where text begins.
    let top = 54.0
    /// Where text ends.
    var bottom: Double { height - 54 }
    /// Where the foot of the page is.
    var foot: Double { height - 42 }
    /// The height of text on a page.
    var body: Double { bottom - top }

    /// The left edge of something that begins at a distance from where lines begin.
    func x(_ distance: Double, _ width: Double) -> Double {
        rightToLeft ? right - distance - width : left + distance
    }
}
