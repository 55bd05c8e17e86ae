import CLibpq

/// Every field of an error or notice that the server sent (protocol section "Error and Notice Message Fields").
package struct ServerDiagnostics: Sendable, Hashable {
    package var severity: String?
    package var sqlState: SQLState?
    package var message: String?
    /// May quote row values: not for logs.
    package var detail: String?
    package var hint: String?
    /// The 1-based character in the query text.
    package var position: Int?
    /// The 1-based character in `internalQuery`.
    package var internalPosition: Int?
    package var internalQuery: String?
    package var context: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var dataType: String?
    package var constraint: String?
    package var sourceFile: String?
    package var sourceLine: Int?
    package var sourceFunction: String?

    package init() {}

    /// Reads the fields of a failed result; the result stays the caller's.
    init(reading result: OpaquePointer) {
        func field(_ code: Int32) -> String? {
            PQresultErrorField(result, code).map { String(cString: $0) }
        }
        func number(_ code: Int32) -> Int? {
            field(code).flatMap { Int($0) }
        }
        severity = field(clibpq_diag_severity)
        sqlState = field(clibpq_diag_sqlstate).map { SQLState(rawValue: $0) }
        message = field(clibpq_diag_message)
        detail = field(clibpq_diag_detail)
        hint = field(clibpq_diag_hint)
        position = number(clibpq_diag_position)
        internalPosition = number(clibpq_diag_internal_position)
        internalQuery = field(clibpq_diag_internal_query)
        context = field(clibpq_diag_context)
        schema = field(clibpq_diag_schema)
        table = field(clibpq_diag_table)
        column = field(clibpq_diag_column)
        dataType = field(clibpq_diag_data_type)
        constraint = field(clibpq_diag_constraint)
        sourceFile = field(clibpq_diag_source_file)
        sourceLine = number(clibpq_diag_source_line)
        sourceFunction = field(clibpq_diag_source_function)
    }
}
