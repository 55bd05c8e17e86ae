import Events
import Testing
import Time

@testable import Notifications

/// By which ways somebody is told, and when.
struct DeliveryPlanTests {
    private static let now = Timestamp(rfc3339: "2026-02-02T21:30:00Z") ?? .epoch

    private static func plan(
        _ category: NotificationCategory = .grade,
        _ priority: Notifications.Sent.Priority = .normal,
        expires: String? = nil
    ) -> DeliveryPlan {
        DeliveryPlan(category, priority, expiresAt: expires.flatMap { Timestamp(rfc3339: $0) })
    }

    /// Quiet until 07:00 UTC.
    private static var asleep: NotificationPreferences {
        var preferences = NotificationPreferences()
        preferences.quietHours = [QuietHours.Span(day: 0, from: 21 * 60, to: 7 * 60)]
        return preferences
    }

    private static let morning = Timestamp(rfc3339: "2026-02-03T07:00:00Z") ?? .epoch

    @Test func whoNeverSaidAnythingIsToldAtOnceButNotByShortMessage() {
        let preferences = NotificationPreferences()
        for channel in [DeliveryChannel.inApp, .email, .push] {
            #expect(Self.plan().step(by: channel, preferences, hasAddress: true, at: Self.now) == .due)
        }
        #expect(
            Self.plan().step(by: .webhook, preferences, hasAddress: true, at: Self.now) == .suppressed(.preference)
        )
    }

    @Test func aCategoryOverrulesTheWay() {
        var preferences = NotificationPreferences()
        preferences.email = false
        preferences.choices = [.init(.grade, .email, isWanted: true), .init(.fee, .push, isWanted: false)]
        #expect(Self.plan(.grade).step(by: .email, preferences, hasAddress: true, at: Self.now) == .due)
        #expect(
            Self.plan(.fee).step(by: .email, preferences, hasAddress: true, at: Self.now) == .suppressed(.preference)
        )
        #expect(
            Self.plan(.fee).step(by: .push, preferences, hasAddress: true, at: Self.now) == .suppressed(.preference)
        )
    }

    @Test func whatIsMandatoryComesWhateverIsWanted() {
        var preferences = NotificationPreferences()
        preferences.email = false
        preferences.choices = [.init(.security, .email, isWanted: false)]
        #expect(Self.plan(.security).step(by: .email, preferences, hasAddress: true, at: Self.now) == .due)
    }

    @Test func quietHoursHoldBackUntilTheyEndButForWhatIsUrgentOrLiesInTheInbox() {
        let held = DeliveryPlan.Step.held(until: Self.morning, .quietHours)
        #expect(Self.plan().step(by: .push, Self.asleep, hasAddress: true, at: Self.now) == held)
        #expect(Self.plan(.security).step(by: .push, Self.asleep, hasAddress: true, at: Self.now) == held)
        #expect(Self.plan(.grade, .urgent).step(by: .push, Self.asleep, hasAddress: true, at: Self.now) == .due)
        #expect(Self.plan().step(by: .inApp, Self.asleep, hasAddress: true, at: Self.now) == .due)
    }

    @Test func aMuteHoldsBackLongerThanQuietHoursDo() {
        var preferences = Self.asleep
        preferences.mutedUntil = Self.morning + .seconds(3_600)
        let step = Self.plan().step(by: .push, preferences, hasAddress: true, at: Self.now)
        #expect(step == .held(until: Self.morning + .seconds(3_600), .muted))
        preferences.mutedUntil = Self.now
        #expect(
            Self.plan().step(by: .push, preferences, hasAddress: true, at: Self.now)
                == .held(until: Self.morning, .quietHours)
        )
    }

    @Test func whatWouldBeOfNoUseWhenTheQuietEndsIsNotSentThen() {
        let step = Self.plan(expires: "2026-02-03T06:00:00Z")
            .step(by: .push, Self.asleep, hasAddress: true, at: Self.now)
        #expect(step == .suppressed(.quietHours))
        let gone = Self.plan(expires: "2026-02-02T21:30:00Z")
            .step(by: .inApp, NotificationPreferences(), hasAddress: true, at: Self.now)
        #expect(gone == .expired)
    }

    @Test func aDigestWaitsForItsTimeButForWhatMatters() {
        var preferences = NotificationPreferences()
        preferences.digest = .hourly
        let hour = Timestamp(rfc3339: "2026-02-02T22:00:00Z") ?? .epoch
        #expect(
            Self.plan().step(by: .email, preferences, hasAddress: true, at: Self.now) == .held(until: hour, .digest)
        )
        #expect(Self.plan(.grade, .high).step(by: .email, preferences, hasAddress: true, at: Self.now) == .due)
        #expect(Self.plan().step(by: .push, preferences, hasAddress: true, at: Self.now) == .due)
        preferences.digest = .daily
        preferences.timeZone = "America/New_York"
        let seven = Timestamp(rfc3339: "2026-02-03T12:00:00Z") ?? .epoch
        #expect(
            Self.plan().step(by: .email, preferences, hasAddress: true, at: Self.now) == .held(until: seven, .digest)
        )
    }

    @Test func whoHasNoAddressIsNotTold() {
        #expect(
            Self.plan().step(by: .email, NotificationPreferences(), hasAddress: false, at: Self.now)
                == .suppressed(.noAddress)
        )
    }

    @Test func pausesDoubleUpToAnHourAndAreUneven() {
        #expect(DeliveryPacing.pause(after: 1, share: 0) == .seconds(4))
        #expect(DeliveryPacing.pause(after: 1, share: 1) == .seconds(6))
        #expect(DeliveryPacing.pause(after: 3, share: 0.5) == .seconds(20))
        #expect(DeliveryPacing.pause(after: 60, share: 0.5) == .seconds(3_600))
    }
}
