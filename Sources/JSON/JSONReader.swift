/// Reads the members of a JSON object and collects everything that is wrong with them.
///
/// Ask for each member once, then call ``finish()``. What an accessor returns for a missing or wrong member is a
/// stand-in (`""`, `0`, `false` …) that means nothing; `finish` throws then, so a value is only built from a reader that
/// finished. Members nobody asked for are problems too. `null` counts as wrong, not as absent.
package struct JSONReader {
    /// Problems beyond this many are not kept, so that a hostile text cannot make a huge answer.
    package static let maximumProblems = 100

    /// What was found wrong so far.
    package private(set) var problems: [JSONDecodingProblem] = []

    private let object: JSONObject
    private let base: String
    private let isObject: Bool
    private var next = 0
    private var taken = MemberSet()

    /// Reads `value`, which is to be an object.
    ///
    /// - Parameter base: the pointer to `value` in what the sender sent; it goes before every problem's pointer.
    package init(_ value: JSONValue, at base: String = "") {
        self.base = base
        if case .object(let object) = value {
            self.object = object
            isObject = true
        } else {
            object = JSONObject()
            isObject = false
            problems.append(JSONDecodingProblem(pointer: base, message: "An object was expected, not \(value.kind)."))
        }
    }

    /// Ends the reading.
    ///
    /// - Throws: all problems, if there are any.
    package mutating func finish() throws(JSONDecodingError) {
        refuseUnknown()
        guard problems.isEmpty else { throw JSONDecodingError(problems: problems) }
    }

    /// Ends the reading of two objects that belong together.
    ///
    /// - Throws: the problems of both, if there are any.
    package mutating func finish(with other: consuming JSONReader) throws(JSONDecodingError) {
        refuseUnknown()
        other.refuseUnknown()
        adopt(other.problems)
        guard problems.isEmpty else { throw JSONDecodingError(problems: problems) }
    }

    /// Whether the object has a member of that name. This does not count as asking for it.
    package func has(_ name: String) -> Bool {
        object.index(of: name, from: next) != nil
    }

    /// Notes that something is wrong with the member of that name.
    package mutating func refuse(_ name: String, _ message: String) {
        refuse(at: pointer(to: name), message)
    }

    /// Notes that something is wrong at a pointer that already includes the base.
    mutating func refuse(at pointer: String, _ message: String) {
        guard problems.count < Self.maximumProblems else { return }
        problems.append(JSONDecodingProblem(pointer: pointer, message: message))
    }

    /// Takes over what another reader found.
    mutating func adopt(_ others: [JSONDecodingProblem]) {
        problems.append(contentsOf: others.prefix(Self.maximumProblems - problems.count))
    }

    /// The pointer to the member of that name.
    func pointer(to name: String) -> String {
        var pointer = base
        JSONPointer.append(name, to: &pointer)
        return pointer
    }

    /// The member of that name; an absent one is a problem if it is required.
    mutating func take(_ name: String, required: Bool) -> JSONValue? {
        guard let index = object.index(of: name, from: next) else {
            if required, isObject { refuse(name, "This member is missing.") }
            return nil
        }
        next = index + 1
        taken.insert(index)
        return object.members[index].value
    }

    /// Notes the members that nobody asked for.
    mutating func refuseUnknown() {
        guard taken.count < object.count else { return }
        for (index, member) in object.members.enumerated() where !taken.contains(index) {
            refuse(member.name, "There is no member of this name; leave it out.")
        }
    }
}

/// Which members were taken; without allocation for the first 64.
private struct MemberSet {
    private var low: UInt64 = 0
    private var high: Set<Int> = []

    var count: Int { low.nonzeroBitCount + high.count }

    mutating func insert(_ index: Int) {
        if index < 64 { low |= 1 << UInt64(index) } else { high.insert(index) }
    }

    func contains(_ index: Int) -> Bool {
        index < 64 ? low >> UInt64(index) & 1 == 1 : high.contains(index)
    }
}
