import JSON
import TestSupport
import Testing
import Time

@testable import HTTPAPI
@testable import Institution

/// The dashboard: what it counts, of which moment, and for whom.
@Suite struct DashboardTests {
    private func dashboard(_ school: School, _ query: String = "", as user: String = School.admin) async throws
        -> Answer
    {
        let position = try await school.log.store.head().size - 1
        return try await school.send(
            .get,
            "/analytics/dashboard" + query,
            as: user,
            headers: ["X-Min-Position": String(position)]
        )
    }

    private func money(_ type: String, _ id: String, _ amount: Int64, at day: String) -> Sent {
        var data: JSONObject = ["amount": .number(JSONNumber(amount)), "currency": "EUR"]
        if type == "fee-charged" {
            data["feeId"] = .string(id)
            data["studentId"] = "north-1"
            data["kind"] = "tuition"
            data["dueOn"] = .string(day)
        } else {
            data["paymentId"] = .string(id)
            data["userId"] = "north-1"
            if type == "payment-processed" { data["method"] = "cash" }
        }
        return Sent(type, "north", data, ["time": .string("\(day)T10:00:00Z")])
    }

    @Test func itCountsWhatIsKnown() async throws {
        try await School.open { school in
            try await school.furnish()
            let sent = try await school.post([
                Sent.mark("north-1", "present"), Sent.mark("north-2", "absent"), Sent.mark("south-1", "late"),
                Sent.mark("north-1", "present", day: "2026-01-13"), Sent.mark("north-2", "late", day: "2026-01-13"),
                money("fee-charged", "f1", 50_000, at: "2026-01-31"),
                money("fee-charged", "f2", 7_000, at: "2026-02-28"),
                money("payment-processed", "p1", 30_000, at: "2026-01-20"),
                money("payment-refunded", "p1", 1_000, at: "2026-02-02"),
            ])
            #expect(sent.status == 200, "\(sent)")
            let before = try await school.log.store.head().size - 1
            // Put right later: it counts for its own day.
            _ = try await school.post([Sent.mark("north-2", "excused")])

            let answer = try await dashboard(school, "?branchId=north&from=2026-01-01&to=2026-12-31")
            #expect(answer.status == 200, "\(answer)")
            let json = try #require(answer.json)
            #expect(json["counts"]?["students"]?["active"]?.int64 == 2)
            #expect(json["counts"]?["teachers"]?["active"]?.int64 == 1)
            #expect(json["counts"]?["courses"]?["open"]?.int64 == 1)
            let days = try #require(json["attendance"]?.array)
            #expect(days.map { $0["day"]?.string } == ["2026-01-12", "2026-01-13"])
            #expect(days.map { $0["present"]?.int64 } == [1, 1])
            #expect(days.map { $0["absent"]?.int64 } == [0, 0])
            #expect(days.map { $0["excused"]?.int64 } == [1, 0])
            #expect(days.map { $0["latePerThousand"]?.int64 } == [0, 500])
            let months = try #require(json["money"]?.array)
            #expect(months.map { $0["month"]?.string } == ["2026-01", "2026-02"])
            #expect(months.map { $0["due"]?.int64 } == [50_000, 7_000])
            #expect(months.map { $0["paid"]?.int64 } == [29_000, 0])

            let then = try await dashboard(school, "?branchId=north&from=2026-01-01&to=2026-12-31&asOf=\(before)")
            #expect(then.json?["attendance"]?.array?.first?["absent"]?.int64 == 1)
            #expect(then.position == before)
            let everywhere = try await dashboard(school, "?from=2026-01-01&to=2026-12-31")
            #expect(everywhere.json?["counts"]?["students"]?["active"]?.int64 == 4)
            #expect(everywhere.json?["attendance"]?.array?.first?["late"]?.int64 == 1)
            let outside = try await dashboard(school, "?branchId=north&from=2026-01-13&to=2026-01-14")
            #expect(outside.json?["attendance"]?.array?.count == 1)
            #expect(outside.json?["money"]?.array?.isEmpty == true)
        }
    }

    @Test func aBranchIsSeenByWhoMaySeeIt() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["analytics:read"], to: "manager", in: "north")
            #expect(try await dashboard(school, "?branchId=north", as: "manager").status == 200)
            #expect(try await dashboard(school, "?branchId=south", as: "manager").status == 403)
            #expect(try await dashboard(school, "", as: "manager").status == 403)
            for query in [
                "?from=2026-02-01&to=2026-01-01", "?from=2024-01-01&to=2026-01-01", "?from=yesterday", "?asOf=99999",
            ] {
                #expect(try await dashboard(school, query).status == 400, "\(query)")
            }
        }
    }

    @Test func countsOfWhatLivesOnGoOnFromBefore() throws {
        let first = try #require(CalendarDay("2026-01-10"))
        let day = try #require(CalendarDay("2026-01-12"))
        func movement(_ measure: String, _ day: CalendarDay?, _ change: Int64, _ count: Int64) -> DashboardMovement {
            DashboardMovement(
                measure: measure,
                state: "x",
                currency: "",
                day: day,
                change: change,
                amount: 0,
                count: count
            )
        }
        let dashboard = Dashboard(
            from: first,
            to: day,
            [
                movement("grades", nil, 40, 40), movement("grades", day, 2, 42), movement("students", nil, 7, 7),
                movement("students", day, -1, 6), movement("teachers", nil, 3, 3),
            ]
        )
        #expect(dashboard.counts.map(\.measure) == ["grades", "students", "teachers"])
        #expect(dashboard.counts.map(\.count) == [2, 6, 3])
        #expect(dashboard.trends.map(\.count) == [2, 6])
        #expect(dashboard.trends.map(\.change) == [2, -1])
    }
}
