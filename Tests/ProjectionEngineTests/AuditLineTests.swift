import Events
import Postgres
import Testing

@testable import ProjectionEngine

/// What the audit read model says of an event, and what it is found by.
@Suite struct AuditLineTests {
    @Test func everyEventIsALineThatSaysWhatWasDoneToWhat() async throws {
        try await lines(
            [
                .role("r"), .assign("u", "r", by: "ann"), .access("u"),
                LoggedEvent(
                    type: "rbac.access-checked",
                    data: #"{"userId":"u","permission":"grades:read","allowed":false,"reason":"no role"}"#
                ),
            ]
        ) { log in
            let lines = try await log.texts(
                """
                select concat_ws(' ', user_id, subject, action, resource, resource_id, status)
                from audit.log_entries order by position
                """
            )
            #expect(
                lines == [
                    "admin role-defined role r recorded",
                    "ann u role-assigned user u recorded",
                    "admin u view student s1 success",
                    "admin u access-checked permission grades:read denied",
                ]
            )
        }
    }

    @Test func anAccessThatWasLoggedShowsWhatItChangedAndFromWhere() async throws {
        try await lines([.access("u")]) { log in
            let lines = try await log.texts("select changes || ' ' || ip_address from audit.log_entries")
            #expect(lines == [#"{"grade":"excellent"} 10.0.0.1"#])
        }
    }

    @Test func whatHappenedAtTheInstitutionIsFoundByTheThingItIsAbout() async throws {
        func fact(_ type: String, _ stream: String) -> LoggedEvent {
            LoggedEvent(type: "institution." + type, data: "{}", stream: stream)
        }
        try await lines(
            [
                fact("student-created", "student-person-1"), fact("leave-requested", "leave-leave-7"),
                fact("attendance-marked", "lesson-north-art-1/2025-09-01/1"),
                fact("schedule-changed", "schedule-change-c-9"),
                LoggedEvent(type: "log.key-created", data: "{}", stream: "log-keys"),
            ]
        ) { log in
            let lines = try await log.texts(
                "select resource || coalesce(' ' || resource_id, '') from audit.entries order by position"
            )
            #expect(
                lines == [
                    "student person-1", "leave leave-7", "lesson north-art-1/2025-09-01/1", "schedule-change c-9",
                    "log-keys",
                ]
            )
        }
    }

    /// What has words and stands among the types that have none could not be found by them.
    @Test func noTypeWithWordsIsTakenForOneWithout() throws {
        let sql = try #require(try ProjectionDefinition.builtIn.first { $0.name == "audit" }).apply
        let list = try #require(sql.range(of: "on e.type not in ("))
        let rest = sql[list.upperBound...]
        let wordless = rest[..<(try #require(rest.firstIndex(of: ")")))].split(separator: "'").map(String.init)
        let types = EventCatalogue.all.filter { wordless.contains($0.type.rawValue) }
        #expect(types.count > 20)
        for type in types {
            let words = type.fields.filter { field in
                ["name", "description", "reason", "keyName"].contains(field.name) && !field.isPersonal
            }
            // Why a session ended is told by one of two fixed words.
            #expect(type.type.rawValue == "rbac.session-closed" || words.isEmpty, "\(type.type)")
        }
    }

    @Test(arguments: [
        ("left post", [2]), ("registrar", [0]), ("laptop", [4]), ("u@example.org", [3]), ("name", [3]),
        ("excellent", [5]), ("10.0.0.1", []), ("nowhere", []),
    ])
    func itIsFoundByTheWordsInIt(_ text: String, _ positions: [Int]) async throws {
        var registrar = LoggedEvent.role("r")
        registrar.data = #"{"roleId":"r","branchId":"b","name":"Registrar","permissionIds":[]}"#
        try await lines(
            [registrar, .assign("u", "r"), .remove("u", "r"), .register("u"), .token("t", "u"), .access("u")]
        ) { log in
            let found = try await log.texts(
                """
                select position::text from audit.entries
                where words @@ websearch_to_tsquery('simple', \(text))
                    or personal_words @@ websearch_to_tsquery('simple', \(text))
                order by position
                """
            )
            #expect(found == positions.map(String.init))
        }
    }

    private func lines(
        _ events: [LoggedEvent],
        _ body: @Sendable (WrittenLog) async throws -> Void
    ) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            try await log.append(events, inline: engine)
            try await running(engine) { try await engine.wait(for: "audit", toHold: Int64(events.count)) }
            try await body(log)
        }
    }
}
