import CLibpq

/// Owns one `PGresult`.
///
/// Rows refer to it and are read straight from the memory that libpq filled; it is freed with the last of them.
final class ServerResult: Sendable {
    // Never written after creation; libpq documents a PGresult as read-only and free to be used by any thread.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// Takes over the result.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }

    var status: ExecStatusType { PQresultStatus(pointer) }
    var rowCount: Int { Int(PQntuples(pointer)) }
    var columnCount: Int { Int(PQnfields(pointer)) }

    /// Rows that the command touched; 0 for commands that do not count.
    var affectedRows: Int {
        guard let text = PQcmdTuples(pointer) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// What the server says it did, e.g. `COMMIT`.
    var commandTag: String {
        PQcmdStatus(pointer).map { String(cString: $0) } ?? ""
    }

    func columnName(_ column: Int) -> String {
        PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func columnType(_ column: Int) -> PostgresType {
        PostgresType(oid: PQftype(pointer, Int32(column)))
    }

    /// The column of that exact name; the first, if there are several.
    func column(named name: String) -> Int? {
        name.withCString { wanted in
            for column in 0..<PQnfields(pointer) {
                if let found = PQfname(pointer, column), equal(found, wanted) { return Int(column) }
            }
            return nil
        }
    }

    /// The bytes of a value, nil for NULL. They live as long as the result.
    func value(row: Int, column: Int) -> UnsafeRawBufferPointer? {
        let (row, column) = (Int32(row), Int32(column))
        if PQgetisnull(pointer, row, column) == 1 { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column),
            count: Int(PQgetlength(pointer, row, column))
        )
    }

    private func equal(_ left: UnsafePointer<CChar>, _ right: UnsafePointer<CChar>) -> Bool {
        var index = 0
        while left[index] == right[index] {
            if left[index] == 0 { return true }
            index += 1
        }
        return false
    }
}
