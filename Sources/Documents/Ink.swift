/// A colour.
struct Ink {
    var red: Double
    var green: Double
    var blue: Double

    static let text = Ink(red: 0.1, green: 0.1, blue: 0.12)
    static let quiet = Ink(red: 0.38, green: 0.4, blue: 0.44)
    static let rule = Ink(red: 0.82, green: 0.84, blue: 0.87)
    static let strong = Ink(red: 0.45, green: 0.48, blue: 0.53)
    static let band = Ink(red: 0.92, green: 0.94, blue: 0.96)
    static let accent = Ink(red: 0.09, green: 0.27, blue: 0.46)
    static let link = Ink(red: 0.02, green: 0.34, blue: 0.65)

    /// Colours that people tell apart who see red and green alike: M. Okabe and K. Ito, Color Universal Design, 2008.
    static let series = [
        Ink(red: 0, green: 0.447, blue: 0.698), Ink(red: 0.902, green: 0.624, blue: 0),
        Ink(red: 0, green: 0.62, blue: 0.451), Ink(red: 0.835, green: 0.369, blue: 0),
        Ink(red: 0.8, green: 0.475, blue: 0.655), Ink(red: 0.337, green: 0.706, blue: 0.914),
        Ink(red: 0.6, green: 0.56, blue: 0.1), Ink(red: 0.25, green: 0.25, blue: 0.25),
    ]
}
