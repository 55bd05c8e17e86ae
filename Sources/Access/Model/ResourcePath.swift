/// Resources are dotted from the wide to the narrow: `students.grades` is within `students`.
enum ResourcePath {
    /// The resource itself and all that it is within, the narrowest first.
    static func enclosing(_ resource: String) -> [String] {
        var found = [resource]
        var rest = Substring(resource)
        while let dot = rest.lastIndex(of: ".") {
            rest = rest[..<dot]
            found.append(String(rest))
        }
        return found
    }
}
