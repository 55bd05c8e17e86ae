/// Sees to it that personal text is gone only where an event says that it was erased.
struct ErasureCheck {
    /// By person, the positions of erased events after which no erasure of that person was seen yet.
    private var unexplained: [String: [Int64]] = [:]

    /// Notes an event about a person whose personal text is gone.
    mutating func observe(erased position: Int64, about person: String) {
        unexplained[person, default: []].append(position)
    }

    /// Notes an event that erases what was recorded about a person before it.
    mutating func observe(erasureOf person: String) {
        unexplained[person] = nil
    }

    /// Whether erasures later in the log may explain more.
    var isOpen: Bool { !unexplained.isEmpty }

    /// The positions for which there is no explanation.
    var findings: [VerificationFinding] {
        unexplained.values.joined().sorted().map { position in
            VerificationFinding(
                .unrecordedErasure,
                position,
                "The personal text of the event at position \(position) is gone, but no event says that it was erased."
            )
        }
    }
}
