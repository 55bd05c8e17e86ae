import NIOCore

/// The fields of a form that a browser sends (`application/x-www-form-urlencoded`, WHATWG URL, section 5).
package struct FormBody: EndpointInput {
    private let names: Set<String>
    private let maximumBytes = 16_384

    /// A form of these fields. One that is left out is empty; another, and a control character, is refused.
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
        guard let form = FormPairs(request.body.readableBytesView) else { return Self.refuse(&problems) }
        var fields = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
        var seen: Set<String> = []
        for (name, value) in form.pairs {
            guard names.contains(name), seen.insert(name).inserted else { return Self.refuse(&problems) }
            fields[name] = value
        }
        return fields
    }

    private static func refuse(_ problems: inout [FieldProblem]) -> [String: String]? {
        problems.append(FieldProblem(.body, "", "is not a form as this page sends it."))
        return nil
    }
}
