/// How text looks.
enum TextStyle: Int, CaseIterable {
    case institution, title, subtitle, heading1, heading2, heading3, body, small, label, code
    case cell, cellBold, smallCell, smallCellBold, tinyCell, tinyCellBold

    private static let sans = "Noto Sans,DejaVu Sans"

    /// For Pango: families, weight and size in points. Where they have no picture of a character, others are asked.
    var font: String {
        switch self {
        case .institution: "\(Self.sans) 12"
        case .title: "\(Self.sans) Bold 26"
        case .subtitle: "\(Self.sans) 14"
        case .heading1: "\(Self.sans) Bold 15"
        case .heading2: "\(Self.sans) Bold 12"
        case .heading3: "\(Self.sans) Bold 10"
        case .body: "\(Self.sans) 9.5"
        case .small: "\(Self.sans) 7.5"
        case .label: "\(Self.sans) 8.5"
        case .code: "DejaVu Sans Mono,Noto Sans Mono,monospace 7"
        case .cell: "\(Self.sans) 8"
        case .cellBold: "\(Self.sans) Bold 8"
        case .smallCell: "\(Self.sans) 7"
        case .smallCellBold: "\(Self.sans) Bold 7"
        case .tinyCell: "\(Self.sans) 6"
        case .tinyCellBold: "\(Self.sans) Bold 6"
        }
    }
}
