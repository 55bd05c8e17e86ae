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
    package func lookAtShared() async {
        guard let shared else { return }
        await shared.probe()
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
        let isKnown = token.map { known.contains($0, from: address) } ?? false
        // Whoever is known there mends limits whatever others do at the address.
        let rules = isKnown && routeClass == .limits ? [] : policies.rules(routeClass, .arrival)
        var questions = rules.map { rule in
            Question(rule, CellKey(rule.policy, routeClass, address: address), .take)
        }
        if let token, !isKnown {
            // A subject anybody can name; only those at the address can use up what is counted by it.
            questions += signIn(policies, address, subject(token), .look) { $0.contains(.address) }
        }
        return await ask(questions, routeClass, isLast: token == nil)
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
        return await ask(questions, routeClass, isLast: true)
    }

    /// A token was good.
    package func signInSucceeded(_ token: String, from address: IPAddress?) { known.insert(token, from: address) }

    /// A token was not good. Refused is a failure beyond what is borne for whom it claims to be of, from wherever: it was
    /// looked at first, so that no number of failures in somebody's name refuses a token that is good.
    ///
    /// - Parameter subject: whom it claims to be of.
    package func signInFailed(_ token: String, from address: IPAddress?, subject: String?) async -> LimitVerdict {
        known.remove(token, from: address)
        let policies = policies
        let looks = signIn(policies, address, subject, .look) { !$0.contains(.address) }
        let notes = signIn(policies, address, subject, .note)
        var verdict = refusedHere(looks) ?? (shared == nil ? askLocally(looks) : .admitted)
        noteFailures(notes)
        if shared != nil {
            if var answer = await askShared(looks + notes) {
                answer.leads.removeLast(notes.count)
                if verdict.outcome == .admitted { verdict = Self.verdict(looks, answer) { $0.rate } }
            }
        }
        if verdict.outcome != .admitted { tally.note(verdict, looks, isLast: true) }
        return verdict
    }

    private func signIn(
        _ policies: PolicySet,
        _ address: IPAddress?,
        _ subject: String?,
        _ mode: CellRequest.Mode,
        where isMeant: (Partition) -> Bool = { _ in true }
    ) -> [Question] {
        policies.signInRules.compactMap { rule in
            guard isMeant(rule.policy.partition) else { return nil }
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

    private func ask(_ questions: [Question], _ routeClass: RouteClass, isLast: Bool) async -> LimitVerdict {
        guard !questions.isEmpty else { return .admitted }
        let verdict: LimitVerdict
        if shared == nil {
            verdict = askLocally(questions)
        } else if let refusal = refusedHere(questions) {
            verdict = refusal
        } else if let answer = await askShared(questions) {
            if answer.isAdmitted { noteLocally(questions.filter { $0.mode == .take }) }
            verdict = Self.verdict(questions, answer) { $0.rate }
        } else if settings.withoutShared == .refuse, routeClass != .limits, routeClass != .monitoring {
            verdict = LimitVerdict(outcome: .unknown, standings: [])
        } else {
            verdict = askLocally(questions)
        }
        tally.note(verdict, questions, isLast: isLast)
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

    /// Counts failures to sign in: for when it has to decide alone, and as what it has seen itself, which holds even where
    /// the shared cells were away then and are back now.
    private func noteFailures(_ questions: [Question]) {
        noteLocally(questions)
        guard shared != nil else { return }
        let now = clock()
        for question in questions {
            _ = cells.decide(question.key.seenHere, question.rule.rate, .note, at: now)
        }
    }

    /// A refusal for failures to sign in that this replica has seen itself.
    private func refusedHere(_ questions: [Question]) -> LimitVerdict? {
        guard shared != nil else { return nil }
        let looks = questions.filter { $0.mode == .look }
        guard !looks.isEmpty else { return nil }
        let now = clock()
        var answer = CellAnswer(isAdmitted: true, leads: [])
        for look in looks {
            let (admits, lead) = cells.decide(look.key.seenHere, look.rule.rate, .look, at: now)
            answer.leads.append(lead)
            if !admits { answer.isAdmitted = false }
        }
        return answer.isAdmitted ? nil : Self.verdict(looks, answer) { $0.rate }
    }

    private func askShared(_ questions: [Question]) async -> CellAnswer? {
        guard let shared else { return nil }
        guard !questions.isEmpty else { return CellAnswer(isAdmitted: true, leads: []) }
        do {
            let now = clock()
            // What there is no room for here gets no cell of its own there either: so the shared ones are bounded, too.
            let answer = try await shared.decide(
                questions.map { question in
                    let hasRoom = cells.hasRoom(for: question.key, at: now)
                    return CellRequest(
                        hasRoom ? question.key : question.key.overflow,
                        question.rule.rate,
                        question.mode
                    )
                }
            )
            guard answer.leads.count == questions.count else { throw SharedCellsError.malformed }
            if shared.isReachable { become(.shared, error: nil) }
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
