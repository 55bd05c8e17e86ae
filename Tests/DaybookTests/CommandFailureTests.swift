import Access
import App
import EventStore
import Testing

@testable import Daybook
@testable import Postgres

/// What errors mean for scripts: the statuses are a contract.
@Suite struct CommandFailureTests {
    @Test(arguments: [
        (AppendError.Code.unavailable, Daybook.ExitStatus.unavailable),
        (.overloaded(retryAfterMilliseconds: 10), .unavailable),
        (.outcomeUnknown, .unavailable), (.invalidRequest, .usage), (.conditionFailed, .refused),
        (.versionConflict(stream: "s", current: 3), .refused),
    ])
    func appending(code: AppendError.Code, status: Daybook.ExitStatus) {
        let failure = CommandFailure(AppendError(code, "why"))
        #expect(failure.status == status)
        #expect(failure.message == "why")
    }

    @Test(arguments: [
        (PostgresError.Code.connectionFailed, Daybook.ExitStatus.unavailable), (.connectionLost, .unavailable),
        (.deadlineExceeded, .unavailable), (.invalidConfiguration, .usage), (.decoding, .failure),
    ])
    func asking(code: PostgresError.Code, status: Daybook.ExitStatus) {
        #expect(CommandFailure(PostgresError(code, "why")).status == status)
        // A transaction's error is that of its cause.
        let wrapped = PostgresTransactionError(begin: PostgresError(code, "why"))
        #expect(CommandFailure(wrapped).status == status)
    }

    @Test func refusingIsNoMistakeOfTheCommand() {
        #expect(CommandFailure(AccessRefusal(.forbidden(permission: "a:b", branch: nil), "why")).status == .refused)
        #expect(CommandFailure(AccessRefusal(.notFound, "why")).status == .refused)
        #expect(CommandFailure(AccessRefusal(.invalid(pointer: "/userId"), "why")).status == .usage)
    }

    @Test func stoppingIsSaidInAWord() {
        #expect(CommandFailure(CancellationError()).message == "Stopped before it was done.")
        #expect(CommandFailure(PostgresError(.cancelled, "why")).message == "Stopped before it was done.")
    }

    @Test func theNumbersNeverChange() {
        let numbers = Daybook.ExitStatus.allCases.map(\.rawValue)
        #expect(numbers == [0, 1, 2, 3, 4, 5, 6])
    }
}
