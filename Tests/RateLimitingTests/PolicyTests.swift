import Testing

@testable import RateLimiting

/// Policies: what may be set, and what is asked when.
@Suite struct PolicyTests {
    private func policy(
        named name: String = "x",
        for routeClass: RouteClass? = nil,
        by partition: Partition = .actor,
        _ quota: Int64,
        _ window: Int64,
        _ burst: Int64
    ) -> RateLimitPolicy {
        RateLimitPolicy(name, for: routeClass, by: partition, quota: quota, windowSeconds: window, burst: burst)
    }

    @Test func whatHoldsByDefaultMayBeSet() {
        for policy in RateLimitPolicy.builtIn { #expect(policy.faults.isEmpty, "\(policy.name): \(policy.faults)") }
    }

    @Test func whatLocksEverybodyOutIsRefused() {
        let cases: [(RateLimitPolicy, String)] = [
            (policy(0, 60, 1), "quota"), (policy(-5, 60, 1), "quota"), (policy(1, 86_401, 1), "windowSeconds"),
            (policy(1, 0, 1), "windowSeconds"), (policy(10, 60, 0), "burst"), (policy(10, 60, 11), "burst"),
            (policy(by: [], 10, 60, 10), "partition"), (policy(600_001, 60, 1), "quota"),
            (policy(for: .limits, by: .address, 299, 60, 120), "quota"),
            (policy(for: .limits, by: .address, 600, 60, 99), "burst"),
            (policy(for: .signIn, by: .routeClass, 100, 60, 9), "partition"),
            (policy(for: .monitoring, 120, 60, 60), "routeClass"), (policy(for: .limits, 29, 60, 20), "quota"),
            (policy(for: .limits, 600, 3_600, 9), "quota"),
            (policy(for: .limits, 120, 60, 9), "burst"),
            (policy(for: .limits, by: [.actor, .address], 600, 60, 100), "partition"),
            (policy(for: .limits, by: [.actor, .routeClass], 120, 60, 60), "partition"),
            (policy(for: .probe, 120, 60, 60), "routeClass"),
            (policy(for: .signIn, by: .address, 9, 3_600, 9), "quota"),
            (policy(for: .signIn, by: .address, 100, 7_200, 9), "windowSeconds"),
            (policy(for: .signIn, by: .address, 100, 60, 2), "burst"), (policy(for: .signIn, 100, 60, 9), "partition"),
            (policy(for: .read, by: .subject, 100, 60, 9), "partition"),
            (policy(named: "limits", 120, 60, 60), "routeClass"), (policy(named: "address", 120, 60, 60), "partition"),
        ]
        for (policy, field) in cases { #expect(policy.faults.map(\.field).contains(field), "\(policy)") }
    }

    /// Whatever is set, whoever administers limits can still do so.
    @Test func noOtherPolicyHoldsWhereLimitsAreMended() {
        var policies = PolicySet()
        policies.apply(.set(policy(named: "all", by: .address, 1, 86_400, 1)))
        policies.apply(.set(policy(named: "everybody", by: .routeClass, 1, 86_400, 1)))
        policies.apply(.set(policy(named: "actor", 1, 86_400, 1)))
        #expect(policies.rules(.limits, .arrival).map(\.policy.name) == ["limits-address"])
        #expect(policies.rules(.limits, .signedIn).map(\.policy.name) == ["limits"])
        #expect(policies.rules(.read, .arrival).map(\.policy.name).sorted() == ["address", "all", "everybody"])
        #expect(policies.rules(.probe, .arrival).isEmpty)
    }

    @Test func whatIsRemovedIsAsItWasByDefault() {
        var policies = PolicySet()
        let before = policies.policies
        policies.apply(.set(policy(named: "writes", for: .write, 10, 60, 5)))
        policies.apply(.set(policy(named: "extra", 10, 60, 5)))
        #expect(policies.policies.count == before.count + 1)
        policies.apply(.removed("writes"))
        policies.apply(.removed("extra"))
        policies.apply(.removed("never"))
        #expect(policies.policies == before)
    }
}
