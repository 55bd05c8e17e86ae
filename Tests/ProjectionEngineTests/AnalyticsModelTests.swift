import Postgres
import Testing

@testable import ProjectionEngine

/// Read model `analytics` beside those that keep the things themselves: it counts what they hold.
@Suite struct AnalyticsModelTests {
    /// What is counted, by branch and state, where the things themselves are.
    private static let held = """
        select branch_id || ' students ' || status || ' ' || count(*) from people.students
        where until_position is null group by branch_id, status
        union all
        select branch_id || ' teachers ' || status || ' ' || count(*) from people.teachers
        where until_position is null group by branch_id, status
        union all
        select branch_id || ' leave-requests ' || status || ' ' || count(*) from people.leave_requests
        where until_position is null group by branch_id, status
        union all
        select branch_id || ' courses ' || status || ' ' || count(*) from teaching.courses
        where until_position is null group by branch_id, status
        union all
        select branch_id || ' classes ' || status || ' ' || count(*) from teaching.classes
        where until_position is null group by branch_id, status
        union all
        select branch_id || ' enrolments ' || status || ' ' || count(*) from teaching.enrolments
        where until_position is null group by branch_id, status
        union all
        select branch_id || ' submissions ' || case when late then 'late' else 'on-time' end || ' ' || count(*)
        from coursework.submissions where until_position is null group by branch_id, late
        union all
        select branch_id || ' grades given ' || count(*) from coursework.grades
        where until_position is null group by branch_id
        union all
        select branch_id || ' attendance ' || status || ' ' || date || ' ' || count(*) from attendance.marks
        where until_position is null group by branch_id, status, date
        union all
        select branch_id || ' fees ' || currency || ' ' || sum(amount - waived) from finance.fees
        where until_position is null and status <> 'cancelled' group by branch_id, currency
        having sum(amount - waived) <> 0
        union all
        select branch_id || ' payments ' || currency || ' ' || sum(amount - refunded) from finance.payments
        where until_position is null and status <> 'failed' group by branch_id, currency
        having sum(amount - refunded) <> 0
        order by 1
        """

    /// The same, as movements add up to it.
    private static let counted = """
        select branch_id || ' ' || measure || ' ' || state || ' ' || sum(change) from analytics.movements
        where measure not in ('attendance', 'fees', 'payments')
        group by branch_id, measure, state having sum(change) <> 0
        union all
        select branch_id || ' attendance ' || state || ' ' || day || ' ' || sum(change) from analytics.movements
        where measure = 'attendance'
        group by branch_id, state, day having sum(change) <> 0
        union all
        select branch_id || ' ' || measure || ' ' || currency || ' ' || sum(amount) from analytics.movements
        where measure in ('fees', 'payments')
        group by branch_id, measure, currency having sum(amount) <> 0
        order by 1
        """

    private static let models = ["analytics", "attendance", "coursework", "finance", "people", "teaching"]

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func itCountsWhatTheOtherReadModelsHold(seed: UInt64) async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomInstitution(seed: seed)
            for size in [200, 500] {
                try await log.append(random.events(size == 200 ? 200 : 300))
                for name in Self.models {
                    let definition = try engine.definition(name)
                    try await log.pool.withTransaction { connection in
                        let schema = ProjectionSchema(definition, name: name)
                        _ = try await connection.script("drop schema if exists \(SQLName.quoted(name)) cascade")
                        _ = try await connection.script(schema.creation())
                        try await connection.execute(schema.applying(0..<Int64(size)))
                    }
                }
                let held = try await log.texts(SQL(unescaped: Self.held))
                let counted = try await log.texts(SQL(unescaped: Self.counted))
                #expect(held == counted)
                #expect(held.count > 20)
            }
        }
    }

    /// What is counted after the first events is what a log of them alone would count.
    @Test func asOfAMomentLaterMovementsDoNotCount() async throws {
        try await WrittenLog.with { log in
            let engine = try log.engine()
            try await engine.prepare()
            var random = RandomInstitution(seed: 21)
            try await log.append(random.events(300))
            let definition = try engine.definition("analytics")
            for (name, size) in [("whole", 300), ("part", 170)] {
                try await log.pool.withTransaction { connection in
                    let schema = ProjectionSchema(definition, name: name)
                    _ = try await connection.script(schema.creation())
                    try await connection.execute(schema.applying(0..<Int64(size)))
                }
            }
            let then = try await log.texts("select t::text from whole.movements as t where position < 170 order by 1")
            let part = try await log.texts("select t::text from part.movements as t order by 1")
            #expect(then == part)
            #expect(part.count > 40)
        }
    }
}

/// Names of the tests' own, which need no quoting.
private enum SQLName {
    static func quoted(_ name: String) -> String { "\"\(name)\"" }
}
