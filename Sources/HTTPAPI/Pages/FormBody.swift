import NIOCore

/// The fields of a form that a browser sends (`application/x-www-form-urlencoded`, WHATWG URL, section 5).
package struct FormBody: EndpointInput {
    private let names: Set<String>
    private let maximumBytes = 16_384

    /// A form of these fields. One that is left out is empty; another is refused.
    package init(_ names: String...) { self.init(names) }

    /// A form of these fields.
    package init(_ names: [String]) {
        self.names = Set(names)
    }

    package func describe(in operation: inout OperationDescription) {
        operation.body = OperationDescription.Body(.form, schema: .anyObject, maximumBytes: maximumBytes)
    }

    package func read(
        from request: borrowing IncomingRequest,
        problems: inout [FieldProblem]
    ) throws -> [String: String]? {
        let text = String(decoding: request.body.readableBytesView, as: UTF8.self)
        var fields = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
        var seen: Set<String> = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(parts[0], plusIsSpace: true),
                let value = PercentCoding.decode(parts.count == 2 ? parts[1] : "", plusIsSpace: true),
                names.contains(name), seen.insert(name).inserted
            else {
                problems.append(FieldProblem(.body, "", "is not a form as this page sends it."))
                return nil
            }
            fields[name] = value
        }
        return fields
    }
}
