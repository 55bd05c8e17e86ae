import Postgres
import TestSupport
import Testing

struct SQLTests {
    @Test func interpolatedValuesAreBoundAndNotPartOfTheText() {
        let name = "'; drop table users; --"
        let sql: SQL = "select * from users where name = \(name) and age > \(3)"
        #expect(sql.text == "select * from users where name = $1 and age > $2")
        #expect(sql.parameters.count == 2)
    }

    @Test func identifiersAreQuoted() {
        let sql: SQL = "select \(identifier: "a\"b")"
        #expect(sql.text == "select \"a\"\"b\"")
    }

    @Test func fragmentsBringTheirValuesAndAreRenumbered() async throws {
        let wanted: SQL = "a = \(1) or b = \("two")"
        let sql: SQL = "select \(true), (\(wanted)), \(9) from (values (1::bigint, 'x'), (2, 'two')) as t(a, b)"
        #expect(
            sql.text == "select $1, (a = $2 or b = $3), $4 from (values (1::bigint, 'x'), (2, 'two')) as t(a, b)"
        )
        try await withConnection { connection in
            let rows = try await connection.query(sql)
            #expect(try rows.map { try $0.decode((Bool, Bool, Int).self).1 } == [true, true])
        }
    }

    @Test func aFragmentInAFragmentKeepsItsPlace() {
        let inner: SQL = "x = \(1)"
        let middle: SQL = "(\(inner)) and y = \(2)"
        let sql: SQL = "select \(0) where \(middle) or z = \(3)"
        #expect(sql.text == "select $1 where (x = $2) and y = $3 or z = $4")
    }

    @Test func aStatementWithItsOwnNumberingCannotBeSpliced() async throws {
        let own = SQL(unescaped: "a = $1", 1)
        try await withConnection { connection in
            let error = try await postgresError { _ = try await connection.query("select 1 where \(own)") }
            #expect(error?.code == .misuse)
            #expect(
                try await connection.query(SQL(unescaped: "select $2 || $1", "b", "a"))[0].decode(String.self) == "ab"
            )
        }
    }

    /// Whatever comes in as a value comes out as the same text, and nothing else happens.
    @Test func injectionStaysText() async throws {
        let attempts = [
            "'; drop table victim; --", "\\'; drop table victim; --", "$1", "$$; drop table victim; $$",
            "\"; drop table victim; --", "1); delete from victim; --", "%' or '1'='1", "\u{2019}; drop table victim",
            "E'\\''", "/* */ ; --\n drop table victim", "\r\n; drop table victim",
        ]
        try await withConnection { connection in
            try await connection.execute("create table victim(note text)")
            for attempt in attempts {
                try await connection.execute("insert into victim(note) values (\(attempt))")
                let bound = try await connection.query("select note from victim where note = \(attempt)")
                #expect(try bound.first?.decode(String.self) == attempt)
                let quoted = try await connection.script("select \(SQL.quoted(literal: attempt))")
                #expect(quoted[0][0][0] == attempt)
                let named = try await connection.query("select 1 as \(identifier: attempt)")
                #expect(named[0].columnNames == [attempt])
            }
            #expect(try await connection.query("select count(*) from victim")[0].decode(Int.self) == attempts.count)
        }
    }

    @Test func aQuotedLiteralIsTheSameTextWhateverItHolds() async throws {
        try await withConnection { connection in
            var random = SeededRandom(seed: 4)
            for _ in 0..<100 {
                let text = random.text(upTo: 40)
                let bytes = random.bytes(upTo: 40)
                let rows = try await connection.script(
                    "select \(SQL.quoted(literal: text)), \(SQL.quoted(literal: bytes))"
                )
                #expect(rows[0][0][0] == text)
                #expect(try rows[0][0].bytes(column: 1) == bytes)
            }
        }
    }

    @Test func aNulCharacterIsRefusedAndDoesNotCutTheStatementShort() async throws {
        try await withConnection { connection in
            let text = "select 1\0; drop table victim"
            let raw = try await postgresError { _ = try await connection.query("\(unescaped: text)") }
            #expect(raw?.code == .misuse)
            let script = try await postgresError { _ = try await connection.script(text) }
            #expect(script?.code == .misuse)
            let bound = try await postgresError { _ = try await connection.query("select \("a\0b")") }
            #expect(bound?.sqlState == "22021")
        }
    }
}
