import Events

extension AppendRequest {
    /// Refuses what could not stand in an entry, or would not be an append at all.
    func validate(_ limits: AppendLimits) throws(AppendError) {
        let count = streams.reduce(0) { $0 + $1.events.count }
        guard count > 0, streams.allSatisfy({ !$0.events.isEmpty }) else {
            throw AppendError(.invalidRequest, "An append needs at least one event in each of its streams.")
        }
        guard count <= limits.requestEvents else {
            throw AppendError(
                .invalidRequest,
                "An append may have \(limits.requestEvents) events at most, not \(count); send several."
            )
        }
        guard Set(streams.flatMap { $0.events.map(\.id) }).count == count else {
            throw AppendError(.invalidRequest, "An append may not have two events of the same id.")
        }
        guard Set(streams.map(\.stream)).count == streams.count else {
            throw AppendError(.invalidRequest, "A stream may occur only once in an append.")
        }
        try Self.check(actor, "actor")
        for append in streams {
            try Self.check(append.stream, "stream")
            for event in append.events {
                if let problem = event.problem {
                    throw AppendError(.invalidRequest, "An event of type \(event.type) is not valid: \(problem)")
                }

                try event.branch.map { branch throws(AppendError) in try Self.check(branch, "branch") }
            }
        }
        if let correlationID {
            guard correlationID.utf8.count == 32, correlationID.utf8.allSatisfy(Self.isLowerHex) else {
                throw AppendError(.invalidRequest, "The correlation id must be a W3C trace id: 32 hexadecimal digits.")
            }
        }
        if let idempotency {
            try Self.check(idempotency.scope, "scope of the idempotency key")
            try Self.check(idempotency.key, "idempotency key", maximum: 255)
        }
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// Names stand on a line of their own in the entry, so they may not hold a control character. A stream is named after
    /// a thing whose id may have 200 characters, of up to four bytes each.
    private static func check(_ name: String, _ what: String, maximum: Int = 1_000) throws(AppendError) {
        guard !name.isEmpty, name.utf8.count <= maximum else {
            throw AppendError(.invalidRequest, "The \(what) must have 1 to \(maximum) bytes of UTF-8.")
        }
        // Unicode's category Cc is exactly these.
        guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw AppendError(.invalidRequest, "The \(what) may not contain control characters.")
        }
    }
}
