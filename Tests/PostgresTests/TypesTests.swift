import Foundation
import Postgres
import Testing
import Time

/// Values go to the server and come back the same, and the server sees in them what was meant.
struct TypesTests {
    private static let rounds = 60

    /// Sends the value; reads it back in binary, alone and in an array, and as what the server prints.
    private func roundTrip<Value: PostgresArrayElement & PostgresDecodable & Equatable>(
        _ connection: PostgresConnection,
        _ values: [Value]
    ) async throws {
        for value in values {
            let rows = try await connection.query("select \(value), \(Optional(value)), \(Value?.none)")
            let (same, optional, missing) = try rows[0].decode((Value, Value?, Value?).self)
            #expect(same == value)
            #expect(optional == value)
            #expect(missing == nil)
        }
        let holed: [Value?] = values.map { $0 } + [nil]
        let rows = try await connection.query("select \(values), \(holed), \([Value]())")
        let (all, withHole, none) = try rows[0].decode(([Value], [Value?], [Value]).self)
        #expect(all == values)
        #expect(withHole == holed)
        #expect(none.isEmpty)
    }

    @Test func integersRoundTrip() async throws {
        try await withConnection { connection in
            var random = SeededRandom(seed: 1)
            let wide =
                [.min, -1, 0, 1, .max] + (0..<Self.rounds).map { _ in Int64.random(in: .min ... .max, using: &random) }
            try await roundTrip(connection, wide)
            try await roundTrip(connection, wide.map { Int($0) })
            try await roundTrip(connection, wide.map { Int32(truncatingIfNeeded: $0) })
            try await roundTrip(connection, wide.map { Int16(truncatingIfNeeded: $0) })
        }
    }

    @Test func booleansAndFloatingPointRoundTrip() async throws {
        try await withConnection { connection in
            var random = SeededRandom(seed: 2)
            try await roundTrip(connection, [true, false])
            let bits = (0..<Self.rounds).map { _ in Double(bitPattern: random.next()) }.filter { !$0.isNaN }
            try await roundTrip(connection, [0, -0.0, 0.1, .infinity, -.infinity, .leastNonzeroMagnitude] + bits)
            #expect(try await connection.query("select \(Double.nan)")[0].decode(Double.self).isNaN)
            #expect(try await connection.query("select 1.5::float4")[0].decode(Double.self) == 1.5)
        }
    }

    @Test func textAndBytesRoundTrip() async throws {
        try await withConnection { connection in
            var random = SeededRandom(seed: 3)
            try await roundTrip(
                connection,
                ["", "'", "\\", "{}", "NULL", "née 🙂"] + (0..<Self.rounds).map { _ in random.text(upTo: 50) }
            )
            try await roundTrip(
                connection,
                [[], [0], [0xFF, 0]] + (0..<Self.rounds).map { _ in random.bytes(upTo: 50) }
            )
        }
    }

    @Test func identifiersTimesAndDocumentsRoundTrip() async throws {
        try await withConnection { connection in
            var random = SeededRandom(seed: 5)
            try await roundTrip(connection, (0..<Self.rounds).map { _ in UUID.random(using: &random) })
            let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
            let times = (0..<Self.rounds).map { _ in Timestamp(microseconds: .random(in: range, using: &random)) }
            try await roundTrip(connection, [.earliest, .latest, .epoch] + times)
            try await roundTrip(connection, [JSONText("{\"a\": [1,  2]}"), JSONText("null"), JSONText("\"é\"")])
        }
    }

    @Test func theServerUnderstandsWhatIsBound() async throws {
        try await withConnection { connection in
            let moment = Timestamp(microseconds: 1_700_000_000_123_456)
            let id = UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
            let rows = try await connection.query(
                """
                select \(moment)::text, \(id)::text, \([1, 2, 3])::text, \(["a", nil, "b,c"])::text,
                    \([UInt8]([222, 173]))::text, \(JSONText("{\"a\":1}"))::jsonb ->> 'a', \(-1.5)::text
                """
            )
            let texts = try rows[0].decode((String, String, String, String, String, String, String).self)
            #expect(texts.0 == "2023-11-14 22:13:20.123456+00")
            #expect(texts.1 == "00010203-0405-0607-0809-0a0b0c0d0e0f")
            #expect(texts.2 == "{1,2,3}")
            #expect(texts.3 == "{a,NULL,\"b,c\"}")
            #expect(texts.4 == "\\xdead")
            #expect(texts.5 == "1")
            #expect(texts.6 == "-1.5")
        }
    }

    @Test func jsonbNamesEnumsAndVarcharsReadAsText() async throws {
        try await withConnection { connection in
            try await connection.execute("create type mood as enum ('calm')")
            let rows = try await connection.query(
                "select '{\"a\":1}'::jsonb, '{\"a\":1}'::jsonb, 'n'::name, 'calm'::mood, 'v'::varchar(9), 'x'::char(2), 'c'::\"char\""
            )
            let row = try rows[0].decode((String, JSONText, String, String, String, String, String).self)
            #expect(row.0 == "{\"a\": 1}")
            #expect(row.1 == JSONText("{\"a\": 1}"))
            #expect([row.2, row.3, row.4, row.5, row.6] == ["n", "calm", "v", "x ", "c"])
        }
    }

    @Test func whatDoesNotFitIsRefusedWithTheColumnNamed() async throws {
        try await withConnection { connection in
            let row = try await connection.query(
                "select 70000::bigint as big, null::text as missing, 'a'::text as word"
            )[0]
            for (name, attempt) in [
                ("big", { _ = try row.decode("big", as: Int16.self) }),
                ("missing", { _ = try row.decode("missing", as: String.self) }),
                ("word", { _ = try row.decode("word", as: Int.self) }),
                ("word", { _ = try row.decode("word", as: UUID.self) }),
            ] as [(String, () throws -> Void)] {
                let error = #expect(throws: PostgresError.self) { try attempt() }
                #expect(error?.code == .decoding)
                #expect(error?.message.contains("\"\(name)\"") == true)
            }
            #expect(throws: PostgresError.self) { try row.decode("absent", as: Int.self) }
            #expect(throws: PostgresError.self) { try row.decode(column: 3, as: Int.self) }
            let infinite = try await connection.query("select 'infinity'::timestamptz, '294276-01-01'::timestamptz")[0]
            #expect(throws: PostgresError.self) { try infinite.decode(column: 0, as: Timestamp.self) }
            #expect(throws: PostgresError.self) { try infinite.decode(column: 1, as: Timestamp.self) }
        }
    }

    @Test func rowsOutliveTheirConnection() async throws {
        let rows = try await withConnection {
            try await $0.query("select n, 'row ' || n from generate_series(1, 1000) n")
        }
        #expect(try rows[999].decode((Int, String).self).1 == "row 1000")
    }
}

extension UUID {
    fileprivate static func random(using random: inout SeededRandom) -> UUID {
        let (high, low) = (random.next(), random.next())
        return withUnsafeBytes(of: (high, low)) { UUID(uuid: $0.load(as: uuid_t.self)) }
    }
}
