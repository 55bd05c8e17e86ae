import Postgres
import Testing

@testable import ProjectionEngine

/// What a read model stops at, and what it waits out.
struct LastingErrorTests {
    @Test(arguments: ["22012", "23505", "42703", "42501", "P0001", "54001"] as [SQLState])
    func whatTheSameEventWouldMeetAgainStopsIt(_ state: SQLState) {
        #expect(PostgresError(.server(state), "").isLasting)
    }

    @Test(
        arguments: ["08006", "25006", "26000", "40001", "40P01", "53100", "55P03", "57014", "57P01", "58030"]
            as [SQLState]
    )
    func whatTheServerIsInIsWaitedOut(_ state: SQLState) {
        #expect(!PostgresError(.server(state), "").isLasting)
    }

    @Test(arguments: [PostgresError.Code.connectionLost, .deadlineExceeded, .cancelled, .poolExhausted])
    func aLostConnectionIsWaitedOut(_ code: PostgresError.Code) {
        #expect(!PostgresError(code, "").isLasting)
    }
}
