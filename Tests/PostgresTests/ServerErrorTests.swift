import Postgres
import Testing

struct ServerErrorTests {
    @Test func aConstraintViolationNamesSchemaTableColumnAndConstraint() async throws {
        try await withConnection { connection in
            try await connection.execute(
                "create table thing(a bigint constraint a_is_one_of_a_kind unique, b text not null default '', c int check (c > 0))"
            )
            try await connection.execute("insert into thing(a) values (1)")
            let unique = try await postgresError { try await connection.execute("insert into thing(a) values (\(1))") }
            #expect(unique?.code == .server(.uniqueViolation))
            #expect(unique?.schema == "public")
            #expect(unique?.table == "thing")
            #expect(unique?.constraint == "a_is_one_of_a_kind")
            #expect(unique?.detail == "Key (a)=(1) already exists.")
            #expect(unique?.description.contains("(1)") == false, "row values stay out of what is logged")
            #expect(unique?.query == "insert into thing(a) values ($1)")

            let null = try await postgresError { try await connection.execute("insert into thing(b) values (null)") }
            #expect(null?.code == .server(.notNullViolation))
            #expect(null?.column == "b")
            let check = try await postgresError { try await connection.execute("insert into thing(c) values (0)") }
            #expect(check?.code == .server(.checkViolation))
        }
    }

    @Test func everyFieldThatTheServerSendsArrives() async throws {
        try await withConnection { connection in
            try await connection.script(
                """
                create function fail() returns void language plpgsql as $$
                begin
                    raise exception using errcode = 'UE001', message = 'the message', detail = 'the detail',
                        hint = 'the hint', schema = 'the_schema', table = 'the_table', column = 'the_column',
                        datatype = 'the_type', constraint = 'the_constraint';
                end $$;
                create function fail_inside() returns void language plpgsql as $$
                begin
                    execute 'select nothing_like_it';
                end $$
                """
            )
            let server = try await postgresError { _ = try await connection.query("select fail()") }?.server
            #expect(server?.severity == "ERROR")
            #expect(server?.sqlState == "UE001")
            #expect(server?.message == "the message")
            #expect(server?.detail == "the detail")
            #expect(server?.hint == "the hint")
            #expect(server?.schema == "the_schema")
            #expect(server?.table == "the_table")
            #expect(server?.column == "the_column")
            #expect(server?.dataType == "the_type")
            #expect(server?.constraint == "the_constraint")
            #expect(server?.context?.contains("PL/pgSQL function fail() line 3 at RAISE") == true)
            #expect(server?.sourceFile == "pl_exec.c")
            #expect((server?.sourceLine ?? 0) > 0)
            #expect(server?.sourceFunction == "exec_stmt_raise")

            let inside = try await postgresError { _ = try await connection.query("select fail_inside()") }?.server
            #expect(inside?.internalQuery == "select nothing_like_it")
            #expect(inside?.internalPosition == 8)

            let misspelt = try await postgresError { _ = try await connection.query("selct 1") }
            #expect(misspelt?.code == .server(.syntaxError))
            #expect(misspelt?.position == 1)
        }
    }

    @Test func afterAnErrorTheConnectionGoesOn() async throws {
        try await withConnection { connection in
            for _ in 0..<20 {
                let error = try await postgresError { _ = try await connection.query("select 1 / \(0)") }
                #expect(error?.sqlState == "22012")
                #expect(try await connection.query("select 1")[0].decode(Int.self) == 1)
            }
        }
    }

    @Test func commandsOfManyTasksShareAConnectionAndEachGetsItsOwnAnswer() async throws {
        try await withConnection { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        if number.isMultiple(of: 7) {
                            let error = try await postgresError { _ = try await connection.query("select 1 / \(0)") }
                            #expect(error?.sqlState == "22012")
                        } else {
                            #expect(try await connection.query("select \(number)")[0].decode(Int.self) == number)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
