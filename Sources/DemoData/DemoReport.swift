import Access
import EventStore
import Institution
import Time

/// The information system at work: sends what happens at the demo's school, week by week.
struct DemoReport {
    /// How many facts are sent together, and how many such batches at once.
    private static let batch = 1_000
    private static let lanes = 3

    private let run: DemoRun
    private var school: DemoSchool
    private var number = 0

    init(run: DemoRun) {
        self.run = run
        school = run.plan.school
    }

    /// Whether the last fact of all is in the log already.
    func isComplete() async throws -> Bool {
        var school = school
        var last: DemoFact?
        for week in run.plan.weeks.indices { last = school.week(week).last { !$0.facts.isEmpty }?.facts.last ?? last }
        guard let last else { return true }
        let fact = try last.received(source: source, number: run.plan.facts - 1)
        return try await run.system.institution.isRecorded(fact, by: DemoSchool.system)
    }

    /// Sends what happens in a week.
    mutating func week(
        _ index: Int,
        _ done: inout Int64,
        _ progress: @escaping @Sendable (Int64) -> Void
    ) async throws {
        for phase in school.week(index) where !phase.facts.isEmpty {
            let first = number
            number += phase.facts.count
            let batches = Self.batches(of: phase)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for (index, batch) in batches.enumerated() {
                    if index >= (phase.isOrdered ? 1 : Self.lanes), let sent = try await group.next() {
                        done += Int64(sent)
                        progress(done)
                    }
                    group.addTask { [self] in try await send(batch, of: phase, first: first) }
                }
                for try await sent in group {
                    done += Int64(sent)
                    progress(done)
                }
            }
        }
    }

    /// The numbers of a phase's facts, in batches: what belongs to one group stays together.
    private static func batches(of phase: DemoPhase) -> [[Int]] {
        var order = Array(phase.facts.indices)
        if !phase.isOrdered { order.sort { (phase.facts[$0].group, $0) < (phase.facts[$1].group, $1) } }
        var batches: [[Int]] = [[]]
        for number in order {
            let last = batches[batches.count - 1]
            let goesOn =
                !phase.isOrdered && last.last.map { phase.facts[$0].group == phase.facts[number].group } ?? true
            if last.count >= batch, !goesOn { batches.append([]) }
            batches[batches.count - 1].append(number)
        }
        return batches
    }

    private func send(_ numbers: [Int], of phase: DemoPhase, first: Int) async throws -> Int {
        try Task.checkCancellation()
        let received = try numbers.map { try phase.facts[$0].received(source: source, number: first + $0) }
        let system = run.system
        let model = try await system.directory.current().model
        let now = Timestamp.now()
        let sender = FactSender(actor: DemoSchool.system) { permission, branch in
            model.check(DemoSchool.system, permission, in: .branch(branch), at: now).isAllowed
        }
        for (outcome, fact) in zip(try await system.institution.record(received, by: sender), received) {
            switch outcome {
            case .recorded: break
            case .failed(let error): throw error
            case .refused(let refusal):
                throw FactRefusal(
                    refusal.code,
                    "\(fact.type) \(fact.id): \(refusal.message)",
                    problems: refusal.problems
                )
            }
        }
        return received.count
    }

    private var source: String { "\(DemoSchool.source)/\(run.plan.seed)/\(run.plan.users)/\(run.calendar.year)" }
}
