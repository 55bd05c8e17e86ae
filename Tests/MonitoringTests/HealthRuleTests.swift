import JSON
import Postgres
import Testing
import Time

@testable import Monitoring

/// When a part of the system is well.
@Suite struct HealthRuleTests {
    private let gigabyte: Int64 = 1 << 30

    @Test func aDiskThatFillsIsSaidInTime() {
        #expect(HealthRules.disk(free: 50 * gigabyte, total: 100 * gigabyte).status == .healthy)
        #expect(HealthRules.disk(free: 9 * gigabyte, total: 100 * gigabyte).status == .degraded)
        #expect(HealthRules.disk(free: 2 * gigabyte, total: 100 * gigabyte).status == .failing)
        #expect(HealthRules.disk(free: 50 << 20, total: 100 << 20).status == .failing)
    }

    @Test func ofTheDisksOfDataAndArchivesTheWorseCounts() {
        let (roomy, full) = ((50 * gigabyte, 100 * gigabyte), (2 * gigabyte, 100 * gigabyte))
        #expect(HealthRules.disks(data: roomy, archive: roomy).status == .healthy)
        #expect(HealthRules.disks(data: full, archive: roomy).status == .failing)
        let archive = HealthRules.disks(data: roomy, archive: full)
        #expect(archive.status == .failing && archive.message?.contains("archives") == true)
        #expect(archive.details["archiveFreeBytes"]?.int64 == 2 * gigabyte)
    }

    @Test func whatFailedIsSaidWithItsCauseAndWithoutSecrets() {
        let away = PostgresError(.connectionFailed, "No server\nis there.")
        let said = HealthRules.failed("The log cannot be read", away)
        #expect(said == "The log cannot be read: No server is there.")
        struct Unknown: Error { let password = "letmein" }
        #expect(HealthRules.failed("The log cannot be read", Unknown()) == "The log cannot be read: Unknown")
    }

    @Test func aDatabaseThatDoesNotAnswerIsFailing() {
        func database(_ ping: Duration?, waiting: Int = 0) -> HealthResult.Status {
            HealthRules.database(ping: ping, lent: 1, maximum: 4, waiting: waiting, details: [:]).status
        }
        #expect(database(.milliseconds(1)) == .healthy)
        #expect(database(.seconds(2)) == .degraded)
        #expect(database(.milliseconds(1), waiting: 17) == .degraded)
        #expect(database(nil) == .failing)
    }

    @Test func aReadModelThatStoppedIsFailingAndOneFarBehindDegraded() {
        func models(_ lag: Int64, _ isHealthy: Bool) -> HealthResult.Status {
            HealthRules.projections([.init(name: "audit", lag: lag, isHealthy: isHealthy)]).status
        }
        #expect(models(0, true) == .healthy)
        #expect(models(200_000, true) == .degraded)
        #expect(models(0, false) == .failing)
    }

    @Test func aFindingIsFailingAndAnOldVerificationDegraded() {
        var state = VerificationState()
        #expect(HealthRules.verification(state, uptime: .seconds(60), isOff: false).status == .healthy)
        #expect(HealthRules.verification(state, uptime: .seconds(8 * 86_400), isOff: false).status == .degraded)
        #expect(HealthRules.verification(state, uptime: .seconds(60), isOff: true).status == .degraded)
        state.completed = .init(beganAt: state.now - .seconds(8 * 86_400), endedAt: state.now, size: 1)
        #expect(HealthRules.verification(state, uptime: .seconds(60), isOff: false).status == .degraded)
        state.findings = 1
        state.firstBadPosition = 7
        let result = HealthRules.verification(state, uptime: .seconds(60), isOff: false)
        #expect(result.status == .failing && result.message?.contains("position 7") == true)
    }

    @Test func healthIsRecordedOnChangeAndEveryHour() {
        let now = Timestamp.now()
        let result = HealthResult(.disk, .healthy, checkedAt: now)
        #expect(HealthMonitor.isDue(result, nil, now))
        #expect(!HealthMonitor.isDue(result, (.healthy, now - .seconds(60)), now))
        #expect(HealthMonitor.isDue(result, (.degraded, now - .seconds(60)), now))
        #expect(HealthMonitor.isDue(result, (.healthy, now - .seconds(3_600)), now))
    }
}
