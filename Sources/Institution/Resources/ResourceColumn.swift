/// A member of a resource: where it comes from, and what lists can do with it.
package struct ResourceColumn: Sendable, Hashable {
    /// What it holds.
    package enum Kind: Sendable, Hashable {
        case text
        case integer
        /// A sum of money that may be larger than any one of its parts.
        case sum
        case boolean
        case day
        case timestamp
        case json
    }

    /// What lists can do with it.
    package struct Use: OptionSet, Sendable, Hashable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        /// `?name=value`; of days, times and numbers also `?nameFrom=…&nameTo=…`.
        package static let filter = Use(rawValue: 1)
        /// `?sort=name` and `?sort=-name`.
        package static let sort = Use(rawValue: 2)
    }

    /// The member's name.
    package let name: String
    /// The column of the read model's table.
    let column: String
    /// What it holds.
    package let kind: Kind
    /// What it means.
    package let description: String
    /// What lists can do with it.
    package let use: Use
    /// Whether it is shown only to those who may read personal text there.
    package let isPersonal: Bool
    /// The words that it can be, if they are few.
    package let choices: [String]

    /// A member. The column has the member's name in snake case unless said otherwise.
    init(
        _ name: String,
        _ kind: Kind = .text,
        _ description: String = "",
        column: String? = nil,
        use: Use = [],
        isPersonal: Bool = false,
        choices: [String] = []
    ) {
        self.name = name
        self.column = column ?? Self.snakeCase(name)
        self.kind = kind
        self.description = description
        self.use = use
        self.isPersonal = isPersonal
        self.choices = choices
    }

    static func id(_ name: String, _ description: String) -> Self {
        Self(name, .text, description, use: [.filter, .sort])
    }
    static func personal(_ name: String, _ description: String, use: Use = []) -> Self {
        Self(name, .text, description, use: use, isPersonal: true)
    }
    static func choice(_ name: String, _ choices: [String], _ description: String) -> Self {
        Self(name, .text, description, use: [.filter, .sort], choices: choices)
    }
    static func day(_ name: String, _ description: String) -> Self {
        Self(name, .day, description, use: [.filter, .sort])
    }

    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { column, character in
            if character.isUppercase { column += "_" }
            column += character.lowercased()
        }
    }
}

/// One value of a row.
package enum ResourceValue: Sendable, Hashable {
    case null
    case text(String)
    case integer(Int64)
    /// A number, as its text.
    case number(String)
    case boolean(Bool)
    case json([UInt8])
}
