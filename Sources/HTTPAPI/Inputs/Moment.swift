import JSON
package import Time

/// A moment of the log that a read is asked as of.
package enum Moment: Sendable, Hashable {
    /// After the event at this position.
    case position(Int64)
    /// After the last event that was recorded at or before this time.
    case time(Timestamp)
}

extension ValueFormat where Value == Moment {
    /// A position, or an RFC 3339 date and time.
    package static let moment = ValueFormat(
        .string(StringRule(1...40)).described("A position of the log, or an RFC 3339 date and time")
    ) { text throws(ValueFormatError) in
        if text.utf8.count <= 40, let position = try? ValueFormat<Int64>.position.parse(text) {
            return .position(position)
        }
        if let time = Timestamp(rfc3339: text) { return .time(time) }
        throw ValueFormatError(
            "is to be a position of the log, or a date and time like 2026-01-31T08:30:00Z (a + in it is written %2B)."
        )
    }
}

/// `asOf`: answers from the log as it stood at a moment. Every endpoint that reads takes it.
///
/// A moment that has not come yet cannot be answered and is refused. Whether a position exists is for the handler to say.
package struct AsOf: EndpointInput {
    private let query = Query(
        "asOf",
        .moment,
        "Answer from the log as it stood then: after the event at a position, or at a date and time."
    )
    private let clock: @Sendable () -> Timestamp

    /// The parameter.
    package init(clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.clock = clock
    }

    package func describe(in operation: inout OperationDescription) {
        query.describe(in: &operation)
    }

    package func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Moment?? {
        let moment = try query.read(from: request, problems: &problems)
        if case .some(.some(.time(let time))) = moment, time > clock() {
            problems.append(FieldProblem(.query, "asOf", "lies in the future, which is not recorded yet."))
            return nil
        }
        return moment
    }
}
