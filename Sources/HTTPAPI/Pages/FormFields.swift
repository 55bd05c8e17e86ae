import NIOCore

/// The fields of a form in which some may come several times, as boxes of one name that are ticked do.
package struct FormFields: EndpointInput {
    /// What was filled in.
    package struct Filled: Sendable {
        private let values: [String: [String]]

        package init(_ values: [String: [String]] = [:]) {
            self.values = values
        }

        /// The first value of a field; nil for one that is empty or left out.
        package subscript(_ name: String) -> String? {
            values[name]?.first.flatMap { $0.isEmpty ? nil : $0 }
        }

        /// All values of a field.
        package func all(_ name: String) -> [String] { values[name] ?? [] }

        /// The fields that come once, as ``FormBody`` has them.
        package var single: [String: String] { values.compactMapValues(\.first) }
    }

    private let single: Set<String>
    private let repeated: Set<String>
    private let maximumBytes = 65_536

    /// A form of these fields. Others, and control characters, are refused.
    package init(_ single: [String], repeated: [String]) {
        self.single = Set(single)
        self.repeated = Set(repeated)
    }

    package func describe(in operation: inout OperationDescription) {
        operation.body = OperationDescription.Body(.form, schema: .anyObject, maximumBytes: maximumBytes)
    }

    package func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Filled? {
        guard let form = FormPairs(request.body.readableBytesView) else { return Self.refuse(&problems) }
        var values: [String: [String]] = [:]
        for (name, value) in form.pairs {
            guard repeated.contains(name) || (single.contains(name) && values[name] == nil) else {
                return Self.refuse(&problems)
            }
            values[name, default: []].append(value)
        }
        return Filled(values)
    }

    private static func refuse(_ problems: inout [FieldProblem]) -> Filled? {
        problems.append(FieldProblem(.body, "", "is not a form as this page sends it."))
        return nil
    }
}
