/// A column of a report.
package struct ExportColumn: Sendable, Hashable {
    /// What it holds.
    package enum Kind: Sendable, Hashable {
        case text
        /// A whole number.
        case integer
        /// Any number, exactly.
        case number
        /// Minor units of the currency that another column of the report names.
        case money(currency: String)
        case day
        case timestamp
        case boolean
        /// A JSON text.
        case json
    }

    /// Its name: what it is asked for by, and the header of CSV files.
    package let name: String
    /// What people read above it.
    package let title: String
    /// What it holds.
    package let kind: Kind
    /// The column of the report's statement.
    let column: String
    /// Whether it is shown only to those who may read personal text there.
    package let isPersonal: Bool
    /// The column of the report's statement that names the branch whose personal text it is; nil where it is the row's own.
    let personalBranch: String?
    /// Whether it is there unless columns are asked for.
    package let isUsual: Bool
    /// Whether amounts of money in it add up to something.
    let isSummed: Bool

    /// A column. The statement's has its name in snake case, and its title is made of the same words, unless said
    /// otherwise.
    init(
        _ name: String,
        _ kind: Kind = .text,
        title: String? = nil,
        column: String? = nil,
        isPersonal: Bool = false,
        personalBranch: String? = nil,
        isUsual: Bool = true,
        isSummed: Bool = true
    ) {
        self.name = name
        self.kind = kind
        let words = Self.words(name)
        self.column = column ?? words.joined(separator: "_")
        self.title = title ?? Self.sentence(words)
        self.isPersonal = isPersonal
        self.personalBranch = personalBranch
        self.isUsual = isUsual
        self.isSummed = isSummed
    }

    static func personal(_ name: String, _ kind: Kind = .text, isUsual: Bool = true) -> Self {
        Self(name, kind, isPersonal: true, isUsual: isUsual)
    }

    /// The name of the student whom a row is about: of the branch that the student is in, which is another than the row's after
    /// a transfer.
    static let student = Self("student", isPersonal: true, personalBranch: "student_branch_id")

    static func money(_ name: String, title: String? = nil, isSummed: Bool = true) -> Self {
        Self(name, .money(currency: "currency"), title: title, isSummed: isSummed)
    }

    /// Whether rows can be chosen and ordered by it.
    package var isComparable: Bool { kind != .json }

    private static func words(_ name: String) -> [String] {
        var words: [String] = []
        for character in name {
            if words.isEmpty || character.isUppercase { words.append("") }
            words[words.count - 1] += character.lowercased()
        }
        return words
    }

    private static func sentence(_ words: [String]) -> String {
        let text = words.map { $0 == "id" ? "ID" : $0 == "ip" ? "IP" : $0 }.joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// `students_left_on` as `studentsLeftOn`.
    static func camelCase(_ column: String) -> String {
        let parts = column.split(separator: "_")
        return parts.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }.joined()
    }
}
