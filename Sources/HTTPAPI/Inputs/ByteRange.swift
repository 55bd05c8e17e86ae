import HTTPTypes

/// A part of a file that is wanted (RFC 9110, section 14): the bytes from one to another, from one on, or so many last ones.
struct ByteRange: Sendable, Hashable {
    /// What a file of some length has of it.
    enum Part: Sendable, Hashable {
        case bytes(Range<Int64>)
        /// Nothing: it ends before.
        case none
    }

    private enum Form: Hashable {
        case from(Int64, through: Int64)
        case last(Int64)
    }

    private let form: Form

    /// Reads `Range`. Nil for what is no single range of bytes: then the whole is answered, as the standard has it.
    init?(_ field: String) {
        guard field.lowercased().hasPrefix("bytes=") else { return nil }
        let text = field.dropFirst("bytes=".count).filter { $0 != " " && $0 != "\t" }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        // A number that is longer than any file is taken for the end of all files.
        func number(_ digits: Substring) -> Int64 { Int64(digits) ?? .max }
        switch (ends[0].isEmpty, ends[1].isEmpty) {
        case (true, true): return nil
        case (true, false): form = .last(number(ends[1]))
        case (false, true): form = .from(number(ends[0]), through: .max)
        case (false, false):
            let (first, last) = (number(ends[0]), number(ends[1]))
            guard first <= last else { return nil }
            form = .from(first, through: last)
        }
    }

    /// What a file has of it.
    func part(of length: Int64) -> Part {
        switch form {
        case .from(let first, let last): first < length ? .bytes(first..<min(last, length - 1) + 1) : .none
        case .last(let count): count > 0 && length > 0 ? .bytes(max(0, length - count)..<length) : .none
        }
    }
}

/// `Range` and `If-Range`: which part of a file is wanted, and of which file.
struct RangeWish: Sendable, Hashable {
    /// The part; nil for the whole.
    var range: ByteRange?
    /// The tag of the file that the part is of; nil for whatever there is.
    var tag: String?

    /// The part, if it is of this file: else the whole is answered. Tags that are weak, and times, are no file's.
    func range(ofFile tag: String) -> ByteRange? { self.tag ?? tag == tag ? range : nil }
}

/// Reads ``RangeWish`` from a request.
struct RangeHeader: EndpointInput {
    func describe(in operation: inout OperationDescription) {
        operation.parameters += [
            .init(
                .header,
                "Range",
                isRequired: false,
                .string(),
                "A part of the file, such as bytes=0-1023 (RFC 9110); several are answered with the whole."
            ),
            .init(
                .header,
                "If-Range",
                isRequired: false,
                .string(),
                "The ETag of the file that the part is of; where it is another now, the whole is answered."
            ),
        ]
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> RangeWish? {
        RangeWish(range: request.headers[.range].flatMap(ByteRange.init), tag: request.headers[.ifRange])
    }
}
