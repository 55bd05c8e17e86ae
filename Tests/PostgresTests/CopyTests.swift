import Foundation
import Postgres
import Testing
import Time

struct CopyTests {
    private struct Refusal: Error {}

    @Test func everyTypeGoesInAndComesOutTheSame() async throws {
        try await withConnection { connection in
            try await connection.execute(
                """
                create table thing(
                    n bigint, i integer, s smallint, f boolean, t text, j json, b bytea, u uuid, m timestamptz, x text,
                    l bigint[]
                )
                """
            )
            let id = UUID()
            let moment = Timestamp(microseconds: 1_234_567_890_123_456)
            var writer = BinaryCopyWriter()
            writer.startRow(fields: 11)
            writer.write(Int64.min)
            writer.write(Int32(-7))
            writer.write(Int16(9))
            writer.write(true)
            writer.write("tëxt\u{1F642}")
            writer.write(Array("{\"a\":  1}".utf8))
            writer.write([0, 255, 10] as [UInt8])
            writer.write(id)
            writer.write(moment)
            writer.null()
            writer.write(value: [1, 2, 3])
            #expect(try await connection.copyIn("copy thing from stdin (format binary)", writer.finish()) == 1)
            let row = try await connection.query("select n, i, s, f, t, j, b, u, m, x, l from thing")[0]
            #expect(try row.decode("n", as: Int64.self) == .min)
            #expect(try row.decode("j", as: String.self) == "{\"a\":  1}")
            #expect(try row.decode("l", as: [Int].self) == [1, 2, 3])

            var reader = BinaryCopyReader()
            var rows = 0
            for try await piece in connection.copyOut("copy thing to stdout (format binary)") {
                try reader.read(piece) { row throws in
                    rows += 1
                    #expect(row.fieldCount == 11)
                    #expect(try row.decode(0, as: Int64.self) == .min)
                    #expect(try row.decode(1, as: Int32.self) == -7)
                    #expect(try row.decode(2, as: Int16.self) == 9)
                    #expect(try row.decode(3, as: Bool.self))
                    #expect(try row.decode(4, as: String.self) == "tëxt\u{1F642}")
                    #expect(try row.decode(5, as: JSONText.self) == JSONText("{\"a\":  1}"))
                    #expect(try row.decode(6, as: [UInt8].self) == [0, 255, 10])
                    #expect(try row.decode(7, as: UUID.self) == id)
                    #expect(try row.decode(8, as: Timestamp.self) == moment)
                    #expect(try row.decode(9, as: String?.self) == nil)
                    #expect(try row.decode(10, as: [Int].self) == [1, 2, 3])
                }
            }
            #expect(rows == 1)
            #expect(reader.isComplete)
        }
    }

    @Test(arguments: 0..<50) func theReaderDoesNotCareHowTheDataWasCut(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let values = (0..<20).map { _ in random.bytes(upTo: 30) }
        var writer = BinaryCopyWriter()
        for value in values {
            writer.startRow(fields: 2)
            writer.write(value)
            writer.null()
        }
        let data = writer.finish()
        var reader = BinaryCopyReader()
        var read: [[UInt8]] = []
        var offset = 0
        while offset < data.count {
            let end = min(offset + Int.random(in: 1...40, using: &random), data.count)
            try reader.read(Array(data[offset..<end])) { row in
                read.append(try row.decode(0, as: [UInt8].self))
                #expect(row.bytes(1) == nil)
            }
            #expect(reader.isComplete == (end == data.count))
            offset = end
        }
        #expect(read == values)
    }

    @Test func theReaderRefusesWhatIsNoBinaryCopy() {
        var reader = BinaryCopyReader()
        #expect(throws: PostgresError.self) { try reader.read(Array("1\tplain text, and a lot of it\n".utf8)) { _ in } }
        var cut = BinaryCopyReader()
        #expect(throws: PostgresError.self) { try cut.read(BinaryCopyWriter().finish() + [0]) { _ in } }
    }

    @Test func writersCanBeJoined() throws {
        var one = BinaryCopyWriter()
        one.startRow(fields: 1)
        one.write("one")
        var two = BinaryCopyWriter()
        two.startRow(fields: 1)
        two.write("two")
        one.append(rowsOf: two)
        #expect(one.rowCount == 2)
        var reader = BinaryCopyReader()
        var read: [String] = []
        try reader.read(one.finish()) { read.append(try $0.decode(0, as: String.self)) }
        #expect(read == ["one", "two"])
    }

    @Test func manyRowsStreamOutInBoundedPieces() async throws {
        try await withConnection { connection in
            var reader = BinaryCopyReader()
            var sum = 0
            var largest = 0
            let text =
                "copy (select n, repeat('x', 300) from generate_series(1::bigint, 50000) n) to stdout (format binary)"
            for try await piece in connection.copyOut(text) {
                largest = max(largest, piece.count)
                try reader.read(piece) { sum += try $0.decode(0, as: Int.self) }
            }
            #expect(sum == 50_000 * 50_001 / 2)
            #expect(largest < 200_000)
            #expect(try await connection.query("select 1").count == 1)
        }
    }

    @Test func rowsAreFoldedWhereTheyArrive() async throws {
        struct Sum: Sendable {
            var reader = BinaryCopyReader()
            var value = 0
        }
        try await withConnection { connection in
            let text =
                "copy (select n, repeat('x', 300) from generate_series(1::bigint, 50000) n) to stdout (format binary)"
            let sum = try await connection.copyOut(text, into: Sum()) { sum, message in
                try sum.reader.read(message) { sum.value += try $0.decode(0, as: Int.self) }
            }
            #expect(sum.value == 50_000 * 50_001 / 2)
            #expect(sum.reader.isComplete)
            #expect(try await connection.query("select 1").count == 1)
        }
    }

    @Test func aFoldThatFailsEndsTheCopyAndFreesTheConnection() async throws {
        try await withConnection { connection in
            await #expect(throws: Refusal.self) {
                _ = try await connection.copyOut("copy (select generate_series(1, 100000000)) to stdout", into: 0) {
                    _,
                    _ in throw Refusal()
                }
            }
            let rows = try await connection.query("select 1", deadline: .seconds(10))
            #expect(rows.count == 1)
        }
    }

    @Test func anErrorMidwayOfAFoldIsTheServers() async throws {
        try await withConnection { connection in
            let error = try await postgresError {
                let text = "copy (select 1 / (100000 - n) from generate_series(1, 200000) n) to stdout (format binary)"
                _ = try await connection.copyOut(text, into: 0) { count, _ in count += 1 }
            }
            #expect(error?.sqlState == "22012")
            let refused = try await postgresError {
                _ = try await connection.copyOut("copy nothing to stdout", into: 0) { _, _ in }
            }
            #expect(refused?.code == .server(.undefinedTable))
            #expect(try await connection.query("select 1").count == 1)
        }
    }

    @Test func aReaderThatStopsEarlyEndsTheCopyAndFreesTheConnection() async throws {
        try await withConnection { connection in
            for try await _ in connection.copyOut("copy (select generate_series(1, 100000000)) to stdout") { break }
            #expect(try await connection.query("select 1", deadline: .seconds(10))[0].decode(Int.self) == 1)
        }
    }

    @Test func anErrorMidwayOutIsTheServers() async throws {
        try await withConnection { connection in
            var pieces = 0
            let error = try await postgresError {
                let text = "copy (select 1 / (100000 - n) from generate_series(1, 200000) n) to stdout (format binary)"
                for try await _ in connection.copyOut(text) { pieces += 1 }
            }
            #expect(error?.sqlState == "22012")
            #expect(pieces > 0)
            let refused = try await postgresError { for try await _ in connection.copyOut("copy nothing to stdout") {} }
            #expect(refused?.code == .server(.undefinedTable))
            let misused = try await postgresError { for try await _ in connection.copyOut("select 1") {} }
            #expect(misused?.code == .misuse)
            #expect(try await connection.query("select 1").count == 1)
        }
    }

    @Test func aSourceThatFailsStoresNothingAndItsErrorIsThrown() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a text)")
            let pieces = Pieces(["one\n", "two\n"])
            await #expect(throws: Refusal.self) {
                try await connection.copyIn("copy thing from stdin") {
                    guard let piece = await pieces.next() else { throw Refusal() }
                    return piece
                }
            }
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 0)
            let good = Pieces(["one\nt", "wo\n"])
            #expect(try await connection.copyIn("copy thing from stdin") { await good.next() } == 2)
            let bad = try await postgresError {
                try await connection.copyIn("copy thing from stdin", Array("a\tb\n".utf8))
            }
            #expect(bad?.sqlState == "22P04")
            let misused = try await postgresError { try await connection.copyIn("select 1", []) }
            #expect(misused?.code == .misuse)
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 2)
        }
    }

    private actor Pieces {
        private var rest: [String]

        init(_ pieces: [String]) {
            rest = pieces
        }

        func next() -> [UInt8]? {
            rest.isEmpty ? nil : Array(rest.removeFirst().utf8)
        }
    }
}
