/// The members of a JSON object in the order they were written, each name once.
package struct JSONObject: Sendable, Hashable {
    /// A name and its value.
    package struct Member: Sendable, Hashable {
        /// The name, compared by its bytes.
        package let name: String
        /// The value.
        package var value: JSONValue

        /// Pairs a name with its value.
        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }

        package static func == (left: Member, right: Member) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.value == right.value
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(ExactString(name))
            hasher.combine(value)
        }
    }

    /// The members in order.
    package private(set) var members: [Member]

    /// An object without members.
    package init() {
        members = []
    }

    /// For the parser, which has checked that no name comes twice.
    init(uniqueMembers: [Member]) {
        members = uniqueMembers
    }

    /// How many members there are.
    package var count: Int { members.count }

    /// Whether there is no member.
    package var isEmpty: Bool { members.isEmpty }

    /// The value of that name. Setting appends a new name at the end, and nil removes the member.
    package subscript(name: String) -> JSONValue? {
        get {
            index(of: name, from: 0).map { members[$0].value }
        }
        set {
            switch (index(of: name, from: 0), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Where the member of that name is. The search begins at `start` and goes round, so that reading members in the
    /// order they were written takes one comparison each.
    func index(of name: String, from start: Int) -> Int? {
        members.withUnsafeBufferPointer { members in
            for index in start..<max(start, members.count) where members[index].name.hasSameBytes(as: name) {
                return index
            }
            for index in 0..<min(start, members.count) where members[index].name.hasSameBytes(as: name) {
                return index
            }
            return nil
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object with these members; of a name that comes twice the last value holds.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }
}
