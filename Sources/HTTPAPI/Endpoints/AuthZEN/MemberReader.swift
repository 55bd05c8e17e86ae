import JSON

/// Reads members of an object by name and notes what is wrong with them. Members nobody asks for are ignored.
struct MemberReader: Sendable {
    let object: JSONObject
    /// Where the object stands in the request.
    let pointer: String

    init(_ object: JSONObject, at pointer: String) {
        self.object = object
        self.pointer = pointer
    }

    func has(_ name: String) -> Bool { object[name] != nil }

    /// A string.
    func string(_ name: String, required: Bool = true, _ problems: inout [FieldProblem]) -> String? {
        guard let value = value(name, required, &problems) else { return nil }
        guard case .string(let text) = value else {
            refuse(name, "A string was expected, not \(value.kind).", &problems)
            return nil
        }
        return text
    }

    /// An object.
    func object(_ name: String, required: Bool = true, _ problems: inout [FieldProblem]) -> MemberReader? {
        guard let value = value(name, required, &problems) else { return nil }
        guard case .object(let object) = value else {
            refuse(name, "An object was expected, not \(value.kind).", &problems)
            return nil
        }
        return MemberReader(object, at: "\(pointer)/\(name)")
    }

    /// An array.
    func array(_ name: String, _ problems: inout [FieldProblem]) -> [JSONValue]? {
        guard let value = value(name, false, &problems) else { return nil }
        guard case .array(let elements) = value else {
            refuse(name, "An array was expected, not \(value.kind).", &problems)
            return nil
        }
        return elements
    }

    /// A whole number from 0 on; one beyond all sizes is `Int.max`.
    func count(_ name: String, _ problems: inout [FieldProblem]) -> Int? {
        guard let value = value(name, false, &problems) else { return nil }
        guard case .number(let number) = value, number.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            refuse(name, "A whole number from 0 on was expected.", &problems)
            return nil
        }
        return number.int64.map { Int($0) } ?? .max
    }

    /// Notes that something is wrong with a member.
    func refuse(_ name: String, _ message: String, _ problems: inout [FieldProblem]) {
        problems.append(FieldProblem(pointer: "\(pointer)/\(name)", message))
    }

    private func value(_ name: String, _ required: Bool, _ problems: inout [FieldProblem]) -> JSONValue? {
        let value = object[name]
        if value == nil, required { refuse(name, "This member is missing.", &problems) }
        return value
    }
}
