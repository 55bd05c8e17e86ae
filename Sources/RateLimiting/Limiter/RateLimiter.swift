package import Addresses
package import Logging
import Synchronization

/// Decides which requests are admitted, by the policies in force.
///
/// Where replicas share cells (Redis), those decide; this replica's own are kept beside them, and decide where the shared
/// ones cannot be reached. It never admits because something is away.
package final class RateLimiter: Sendable {
    /// Where requests are counted at the moment.
    package enum Place: String, Sendable, Hashable, CaseIterable {
        /// In this replica: nothing else was asked for.
        case local
        /// In cells that replicas share.
        case shared
        /// Those that are shared cannot be reached.
        case unreachable
    }

    /// The settings.
    package let settings: RateLimitSettings
    /// What was counted.
    package let tally: LimitTally
    /// Who signed in from where.
    package let known = KnownSignIns()

    private let cells: LocalCells
    private let shared: (any SharedCells)?
    private let policySet: Mutex<PolicySet>
    private let place: Mutex<Place>
    private let clock: @Sendable () -> Int64
    private let logger: Logger

    /// A limiter with the policies that hold by default.
    ///
    /// - Parameters:
    ///   - shared: the cells that replicas share, if they do.
    ///   - clock: microseconds, for this replica's own cells.
    package init(
        _ settings: RateLimitSettings = RateLimitSettings(),
        shared: (any SharedCells)? = nil,
        clock: @escaping @Sendable () -> Int64 = { LimitClock.now() },
        logger: Logger
    ) {
        self.settings = settings
        self.shared = shared
        self.clock = clock
        self.logger = logger
        cells = LocalCells(capacity: settings.capacity)
        policySet = Mutex(PolicySet(replicas: settings.replicas))
        place = Mutex(shared == nil ? .local : .shared)
        tally = LimitTally()
        if shared != nil { tally.placeChanged(isReachable: true) }
    }

    /// The policies in force.
    package var policies: PolicySet { policySet.withLock { $0 } }
    /// Where requests are counted.
    package var currentPlace: Place { place.withLock { $0 } }
    /// How many cells this replica keeps, and how many requests had to share one.
    package var occupancy: (cells: Int, shared: Int64) { (cells.count, cells.overflowCount) }

    /// Whether requests can be counted as it is set that they are.
    package var isAble: Bool { settings.withoutShared == .local || shared?.isReachable != false }

    /// Takes note of whether the shared cells can be reached, for when no request does.
    package func lookAtShared() {
        guard let shared else { return }
        become(shared.isReachable ? .shared : .unreachable, error: nil)
    }

    /// Goes on with these policies.
    package func use(_ policies: PolicySet) { policySet.withLock { $0 = policies } }

    // MARK: Requests

    /// A request arrived. Asks what can be asked before it is known who sends it.
    ///
    /// - Parameters:
    ///   - token: the token that it is to be signed in by; nil where none is wanted or given.
    ///   - subject: whom a token claims to be of; asked for tokens that were not good here before.
    package func arrive(
        _ routeClass: RouteClass,
        from address: IPAddress?,
        token: String?,
        subject: (String) -> String?
    ) async -> LimitVerdict {
        let policies = policies
        let rules = policies.rules(routeClass, .arrival)
        var questions = rules.map { rule in
            Question(rule, CellKey(rule.policy, routeClass, address: address), .take)
        }
        if let token, !known.contains(token, from: address) {
            questions += signIn(policies, address, subject(token), .look)
        }
        return await ask(questions, routeClass)
    }

    /// It is known now who sends it.
    package func proceed(
        _ routeClass: RouteClass,
        as actor: String,
        from address: IPAddress?
    ) async -> LimitVerdict {
        let questions = policies.rules(routeClass, .signedIn).map { rule in
            Question(rule, CellKey(rule.policy, routeClass, actor: actor, address: address), .take)
        }
        return await ask(questions, routeClass)
    }

    /// A token was good.
    package func signInSucceeded(_ token: String, from address: IPAddress?) { known.insert(token, from: address) }

    /// A token was not good.
    ///
    /// - Parameter subject: whom it claims to be of.
    package func signInFailed(_ token: String, from address: IPAddress?, subject: String?) async {
        known.remove(token, from: address)
        let questions = signIn(policies, address, subject, .note)
        noteLocally(questions)
        _ = await askShared(questions)
    }

    private func signIn(
        _ policies: PolicySet,
        _ address: IPAddress?,
        _ subject: String?,
        _ mode: CellRequest.Mode
    ) -> [Question] {
        policies.signInRules.compactMap { rule in
            if rule.policy.partition.contains(.subject), subject == nil { return nil }
            return Question(rule, CellKey(rule.policy, .signIn, address: address, subject: subject), mode)
        }
    }

    // MARK: Cells

    /// A rule that is asked about a cell.
    struct Question: Sendable {
        var rule: PolicySet.Rule
        var key: CellKey
        var mode: CellRequest.Mode

        init(_ rule: PolicySet.Rule, _ key: CellKey, _ mode: CellRequest.Mode) {
            self.rule = rule
            self.key = key
            self.mode = mode
        }
    }

    private func ask(_ questions: [Question], _ routeClass: RouteClass) async -> LimitVerdict {
        guard !questions.isEmpty else { return .admitted }
        let verdict: LimitVerdict
        if shared == nil {
            verdict = askLocally(questions)
        } else if let answer = await askShared(questions) {
            if answer.isAdmitted { noteLocally(questions.filter { $0.mode == .take }) }
            verdict = Self.verdict(questions, answer) { $0.rate }
        } else if settings.withoutShared == .refuse, routeClass != .limits {
            verdict = LimitVerdict(outcome: .unknown, standings: [])
        } else {
            verdict = askLocally(questions)
        }
        tally.note(verdict, questions)
        return verdict
    }

    private func askLocally(_ questions: [Question]) -> LimitVerdict {
        let now = clock()
        var answer = CellAnswer(isAdmitted: true, leads: [])
        answer.leads.reserveCapacity(questions.count)
        for (place, question) in questions.enumerated() {
            // Once one has refused, nothing is taken of the others; they are still asked how they stand.
            let mode = answer.isAdmitted ? question.mode : .look
            let (admits, lead) = cells.decide(question.key, question.rule.localRate, mode, at: now)
            answer.leads.append(lead)
            guard !admits, answer.isAdmitted else { continue }
            answer.isAdmitted = false
            for before in 0..<place where questions[before].mode == .take {
                let rate = questions[before].rule.localRate
                cells.giveBack(questions[before].key, rate, at: now)
                answer.leads[before] = max(0, answer.leads[before] - rate.interval)
            }
        }
        return Self.verdict(questions, answer) { $0.localRate }
    }

    /// Keeps this replica's own cells in step, so that it goes on from there when it has to decide alone.
    private func noteLocally(_ questions: [Question]) {
        let now = clock()
        for question in questions { _ = cells.decide(question.key, question.rule.localRate, .note, at: now) }
    }

    private func askShared(_ questions: [Question]) async -> CellAnswer? {
        guard let shared else { return nil }
        do {
            let answer = try await shared.decide(
                questions.map { CellRequest($0.key, $0.rule.rate, $0.mode) }
            )
            guard answer.leads.count == questions.count else { throw SharedCellsError.malformed }
            become(.shared, error: nil)
            return answer
        } catch {
            become(.unreachable, error: error)
            return nil
        }
    }

    private static func verdict(
        _ questions: [Question],
        _ answer: CellAnswer,
        _ rate: (PolicySet.Rule) -> GCRA
    ) -> LimitVerdict {
        var standings: [LimitVerdict.Standing] = []
        standings.reserveCapacity(questions.count)
        for (question, lead) in zip(questions, answer.leads) {
            let rate = rate(question.rule)
            let isViolated = !answer.isAdmitted && !rate.admits(lead: lead)
            // How sign-in stands is nobody's business until it is refused.
            guard isViolated || question.mode == .take else { continue }
            standings.append(
                LimitVerdict.Standing(
                    policy: question.rule.policy,
                    isViolated: isViolated,
                    allowance: rate.allowance(lead: lead)
                )
            )
        }
        return LimitVerdict(standings)
    }

    private func become(_ new: Place, error: (any Error)?) {
        let old = place.withLock { place in
            defer { place = new }
            return place
        }
        guard old != new else { return }
        tally.placeChanged(isReachable: new == .shared)
        if new == .shared {
            logger.notice("rate limits are counted in Redis again")
        } else {
            let consequence =
                settings.withoutShared == .refuse
                ? "requests are refused" : "this server keeps its share of every limit alone"
            logger.warning(
                "Redis cannot be reached for rate limits; \(consequence)",
                metadata: ["error": "\(error.map { String(describing: $0) } ?? "-")"]
            )
        }
    }
}

/// What cells answered cannot be understood.
package enum SharedCellsError: Error, Sendable, Hashable {
    case malformed
}
