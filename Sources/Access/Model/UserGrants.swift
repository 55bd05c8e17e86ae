import Time

/// One assignment of a role to a user.
struct Grant: Sendable, Hashable {
    /// Index of the role.
    var role: Int32
    /// Index of the branch that the assignment holds in.
    var branch: Int32
    /// The moment from which it counts; ``Timestamp/earliest`` when it counts at once.
    var from = Timestamp.earliest
    /// The moment from which it counts no more; ``Timestamp/latest`` when it has no end.
    var until: Timestamp

    /// Start and expiry are decided by the clock at each check, never by an event having been written.
    @inline(__always)
    func counts(at now: Timestamp) -> Bool { isStarted(at: now) && !isExpired(at: now) }

    @inline(__always)
    func isStarted(at now: Timestamp) -> Bool { from.microseconds <= now.microseconds }

    @inline(__always)
    func isExpired(at now: Timestamp) -> Bool { until.microseconds <= now.microseconds }
}

/// What a user was assigned and not removed from.
struct UserGrants: Sendable, Hashable {
    /// The newest version seen of the user's stream.
    var version: Int64
    /// Expired assignments included, until they are removed.
    var grants: [Grant] = []

    init(version: Int64) {
        self.version = version
    }

    func index(role: Int32, branch: Int32) -> Int? {
        grants.firstIndex { $0.role == role && $0.branch == branch }
    }

    /// Adds an assignment in place of an earlier one of the same role in the same branch.
    mutating func put(_ grant: Grant) {
        if let known = index(role: grant.role, branch: grant.branch) {
            grants[known] = grant
        } else {
            grants.append(grant)
        }
    }
}

// MARK: - As words

extension Grant {
    /// How many words an assignment takes.
    static let wordCount = 3

    @inline(__always)
    init(_ first: UInt64, _ second: UInt64, _ third: UInt64) {
        role = Int32(truncatingIfNeeded: first)
        branch = Int32(truncatingIfNeeded: first >> 32)
        until = Timestamp(microseconds: Int64(bitPattern: second))
        from = Timestamp(microseconds: Int64(bitPattern: third))
    }
}

extension UserGrants {
    /// Reads the words of a record.
    init(_ words: UnsafeBufferPointer<UInt64>) {
        version = Int64(bitPattern: words[0])
        grants = (0..<words.grantCount).map { words.grant($0) }
    }

    /// The words of a record: the version, then three for each assignment.
    var words: [UInt64] {
        var words: [UInt64] = []
        words.reserveCapacity(1 + grants.count * Grant.wordCount)
        words.append(UInt64(bitPattern: version))
        for grant in grants {
            words.append(UInt64(UInt32(bitPattern: grant.role)) | UInt64(UInt32(bitPattern: grant.branch)) << 32)
            words.append(UInt64(bitPattern: grant.until.microseconds))
            words.append(UInt64(bitPattern: grant.from.microseconds))
        }
        return words
    }
}

extension UnsafeBufferPointer<UInt64> {
    /// How many assignments a user's record has.
    @inline(__always)
    var grantCount: Int { (count - 1) / Grant.wordCount }

    /// An assignment of a user's record.
    @inline(__always)
    func grant(_ index: Int) -> Grant {
        let start = 1 + index * Grant.wordCount
        return Grant(self[start], self[start + 1], self[start + 2])
    }
}
