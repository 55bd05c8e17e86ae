import Institution
import JSON
import Time

/// What a list of a resource is asked for: a parameter for each filter, `sort` and `fields`.
struct ResourceInput: EndpointInput {
    let resource: Resource

    private var sortable: [ResourceColumn] { resource.columns.filter { $0.use.contains(.sort) } }

    func describe(in operation: inout OperationDescription) {
        for filter in filters {
            operation.parameters.append(
                .init(.query, filter.name, isRequired: false, Self.schema(of: filter.column), filter.description)
            )
        }
        let orders = sortable.flatMap { [$0.name, "-" + $0.name] }
        operation.parameters.append(
            .init(.query, "sort", isRequired: false, .oneOf(orders), "By what; with - from the greatest on.")
        )
        FieldsInput(resource: resource).describe(in: &operation)
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> ResourceQuery? {
        let known = problems.count
        var query = ResourceQuery()
        for filter in filters {
            guard let text = request.queryValue(filter.name, problems: &problems) else { continue }
            do throws(ValueFormatError) {
                let value = try Self.value(text, filter.column)
                query.filters.append(.init(filter.column, filter.relation, value))
            } catch {
                problems.append(FieldProblem(.query, filter.name, error.detail))
            }
        }
        if let text = request.queryValue("sort", problems: &problems) {
            let name = text.hasPrefix("-") ? String(text.dropFirst()) : text
            if let column = sortable.first(where: { $0.name == name }) {
                query.sort = .init(column, isDescending: text.hasPrefix("-"))
            } else {
                let names = sortable.map(\.name).joined(separator: ", ")
                problems.append(FieldProblem(.query, "sort", "is to be one of \(names), with - from the greatest on."))
            }
        }
        query.fields = try FieldsInput(resource: resource).read(from: request, problems: &problems) ?? nil
        return problems.count == known ? query : nil
    }

    // MARK: Filters

    private struct Filter {
        var name: String
        var column: ResourceColumn
        var relation: ResourceQuery.Filter.Relation
        var description: String
    }

    private var filters: [Filter] {
        resource.columns.filter { $0.use.contains(.filter) }.flatMap { column in
            let equal = Filter(
                name: column.name,
                column: column,
                relation: .equal,
                description: column.description + "."
            )
            switch column.kind {
            case .text, .boolean, .json: return [equal]
            case .integer, .sum, .day, .timestamp:
                return [
                    equal,
                    Filter(
                        name: column.name + "From",
                        column: column,
                        relation: .from,
                        description: "The least \(column.name)."
                    ),
                    Filter(
                        name: column.name + "To",
                        column: column,
                        relation: .to,
                        description: "The greatest \(column.name)."
                    ),
                ]
            }
        }
    }

    private static func schema(of column: ResourceColumn) -> Schema {
        switch column.kind {
        case .text, .json: column.choices.isEmpty ? .string(StringRule(0...2_000)) : .oneOf(column.choices)
        case .integer, .sum: .integer()
        case .boolean: .boolean
        case .day: .string(format: "date")
        case .timestamp: .timestamp
        }
    }

    private static func value(
        _ text: String,
        _ column: ResourceColumn
    ) throws(ValueFormatError) -> ResourceQuery.Value {
        switch column.kind {
        case .text, .json:
            if !column.choices.isEmpty, !column.choices.contains(text) {
                throw ValueFormatError("is to be one of \(column.choices.joined(separator: ", ")).")
            }
            return .text(try ValueFormat<String>.text(0...2_000).parse(text))
        case .integer, .sum: return .integer(try ValueFormat<Int64>.integer(JSONReader.safeIntegers).parse(text))
        case .boolean: return .boolean(try ValueFormat<Bool>.boolean.parse(text))
        case .timestamp: return .timestamp(try ValueFormat<Timestamp>.timestamp.parse(text))
        case .day:
            guard let day = CalendarDay(text) else { throw ValueFormatError("is to be a day like 2026-01-31.") }
            return .day(day)
        }
    }
}

/// `fields`: the members that are answered.
struct FieldsInput: EndpointInput {
    let resource: Resource

    func describe(in operation: inout OperationDescription) {
        operation.parameters.append(
            .init(
                .query,
                "fields",
                isRequired: false,
                .string(StringRule(1...2_000)),
                "The members to answer, separated by commas; all if left out."
            )
        )
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> [ResourceColumn]?? {
        guard let text = request.queryValue("fields", problems: &problems) else { return .some(nil) }
        var fields: [ResourceColumn] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let column = resource.column(String(name)) else {
                let names = resource.columns.map(\.name).joined(separator: ", ")
                problems.append(
                    FieldProblem(.query, "fields", "knows no “\(LogText(name, limit: 60))”; there are \(names).")
                )
                return nil
            }
            if !fields.contains(column) { fields.append(column) }
        }
        return .some(fields)
    }
}
