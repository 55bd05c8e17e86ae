/// Names of sheets as spreadsheet programs take them: at most 31 characters, some not allowed, no two the same.
struct SheetNames {
    private static let limit = 31
    private static let forbidden: Set<Unicode.Scalar> = ["[", "]", ":", "*", "?", "/", "\\"]
    private var taken: Set<String> = []

    /// The name to use for a wanted one: what is not allowed becomes `_`, what is too long is cut, and what is there
    /// already gets a number.
    mutating func name(for wanted: String) -> String {
        let plain = Self.allowed(wanted)
        var name = plain
        var number = 1
        while !taken.insert(name.lowercased()).inserted {
            number += 1
            let ending = " (\(number))"
            name = Self.cut(plain, to: Self.limit - ending.utf16.count) + ending
        }
        return name
    }

    private static func allowed(_ wanted: String) -> String {
        var name = ""
        for scalar in wanted.unicodeScalars {
            let isAllowed = !forbidden.contains(scalar) && scalar.properties.generalCategory != .control
            name.unicodeScalars.append(isAllowed ? scalar : "_")
        }
        name = cut(name, to: limit)
        // An apostrophe may not stand at either end.
        if name.first == "'" { name = "_" + name.dropFirst() }
        if name.last == "'" { name = name.dropLast() + "_" }
        return switch name.lowercased() {
        case "": "Sheet"
        case "history": "History_"
        default: name
        }
    }

    private static func cut(_ name: String, to limit: Int) -> String {
        var name = name[...]
        while name.utf16.count > limit { name.removeLast() }
        return String(name)
    }
}
