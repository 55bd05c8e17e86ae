package import Events

/// The policies in force at a moment, compiled: which are asked when, and how they are told of.
package struct PolicySet: Sendable {
    /// How many policies there may be, those that hold by default among them.
    package static let maximum = 32

    /// When policies are asked.
    package enum Stage: Int, Sendable, CaseIterable {
        /// Before it is known who asks.
        case arrival
        /// Once it is known.
        case signedIn
    }

    /// A policy, ready to be asked.
    package struct Rule: Sendable {
        /// The policy.
        package let policy: RateLimitPolicy
        /// Its rate.
        package let rate: GCRA
        /// The part of its rate that one replica decides alone.
        package let localRate: GCRA
        /// Its place in tables by policy.
        let index: Int
    }

    /// What was changed, by name: those that hold by default and are as they were are not here.
    package private(set) var changes: [String: RateLimitPolicy]
    private let replicas: Int64
    /// By class and stage.
    private var rules: [[[Rule]]]
    /// Of failed sign-ins.
    package private(set) var signInRules: [Rule]

    /// The policies that hold by default.
    ///
    /// - Parameter replicas: among how many a quota is divided that each has to keep alone.
    package init(replicas: Int = 1, changes: [String: RateLimitPolicy] = [:]) {
        self.replicas = Int64(max(1, replicas))
        self.changes = changes
        rules = []
        signInRules = []
        compile()
    }

    /// All policies by name: those by default first.
    package var policies: [RateLimitPolicy] {
        let known = RateLimitPolicy.builtIn.map { changes[$0.name] ?? $0 }
        let others = changes.values.filter { RateLimitPolicy.builtIn($0.name) == nil }
        return known + others.sorted { $0.name < $1.name }
    }

    /// What is asked of a request.
    package func rules(_ routeClass: RouteClass, _ stage: Stage) -> [Rule] { rules[routeClass.index][stage.rawValue] }

    /// Does what an event says.
    package mutating func apply(_ change: PolicyChange) {
        switch change {
        case .set(let policy): changes[policy.name] = policy
        case .removed(let name): changes[name] = nil
        }
        compile()
    }

    private mutating func compile() {
        let all = policies.enumerated().map { index, policy in
            Rule(policy: policy, rate: policy.rate, localRate: policy.rate.divided(by: replicas), index: index)
        }
        signInRules = all.filter { $0.policy.routeClass == .signIn }
        rules = RouteClass.allCases.map { routeClass in
            let own = all.filter { rule in
                switch routeClass {
                case .probe, .signIn: false
                case .limits: rule.policy.routeClass == .limits
                case .monitoring: rule.policy.routeClass == nil
                case .read, .write, .audit: rule.policy.routeClass == nil || rule.policy.routeClass == routeClass
                }
            }
            return [own.filter { !$0.policy.needsActor }, own.filter(\.policy.needsActor)]
        }
    }
}

/// What an event says of policies.
package enum PolicyChange: Sendable, Hashable {
    case set(RateLimitPolicy)
    case removed(String)

    /// The types of events that say something of policies.
    package static let types: Set<EventType> = [Limits.PolicySet.type, Limits.PolicyRemoved.type]
}
