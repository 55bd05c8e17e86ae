import EventStore
import Foundation

/// Facts on their way into the log, by their number, and what became of them so far.
struct FactWork {
    /// What a pass over the open facts comes to.
    struct Plan {
        var batch = FactBatch()
        var refusals: [Int: FactRefusal] = [:]
    }

    /// Those that could be read; others are refused already.
    private(set) var facts: [Fact?]
    private var settled: [FactOutcome?]
    /// The facts of each id, where several have the same, in their order.
    private var namesakes: [UUID: [Int]] = [:]

    init(_ read: [Result<Fact, FactRefusal>]) {
        facts = read.map { try? $0.get() }
        settled = read.map { result in
            if case .failure(let refusal) = result { .refused(refusal) } else { nil }
        }
        for (number, fact) in facts.enumerated() {
            if let fact { namesakes[fact.id, default: []].append(number) }
        }
        namesakes = namesakes.filter { $0.value.count > 1 }
    }

    /// The numbers of facts without an outcome, in order.
    var open: [Int] { settled.indices.filter { settled[$0] == nil } }

    func numbered(_ numbers: some Sequence<Int>) -> [(number: Int, fact: Fact)] {
        numbers.compactMap { number in facts[number].map { (number, $0) } }
    }

    /// Decides on the open facts, each on what those before it leave.
    func plan(on log: KnownThings) -> Plan {
        var known = log
        var plan = Plan()
        var planned: Set<UUID> = []
        for (number, fact) in numbered(open) {
            if let others = namesakes[fact.id] {
                // An id is used once a fact of it is recorded. What repeats a refused one is refused with it.
                let isRepetition = others.prefix { $0 < number }.contains { earlier in
                    plan.refusals[earlier] != nil && facts[earlier]?.says(the: fact) == true
                }
                if isRepetition || planned.contains(fact.id) { continue }
            }
            if let refusal = FactDecision.refusal(of: fact, known) {
                plan.refusals[number] = refusal
            } else {
                plan.batch.add(fact, number: number, known)
                planned.insert(fact.id)
                known.note(fact)
            }
        }
        return plan
    }

    /// Notes what became of a fact, and so of those that repeat it, or took its id for something else.
    mutating func settle(_ number: Int, _ outcome: FactOutcome) {
        settled[number] = outcome
        guard let fact = facts[number], let others = namesakes[fact.id] else { return }
        for other in others where other > number && settled[other] == nil {
            if facts[other]?.says(the: fact) == true {
                settled[other] = outcome
            } else if case .recorded = outcome {
                settled[other] = .refused(.idReused)
            }
        }
    }

    mutating func settle(_ outcomes: [Int: FactOutcome]) {
        for (number, outcome) in outcomes.sorted(by: { $0.key < $1.key }) where settled[number] == nil {
            settle(number, outcome)
        }
    }

    /// Gives up what is open: the log cannot take it just now.
    mutating func abandon(_ error: AppendError) {
        for number in open { settled[number] = .failed(error) }
    }

    /// What became of each.
    var outcomes: [FactOutcome] {
        settled.map { outcome in
            outcome ?? .refused(FactRefusal(.contended, "Others kept changing what this rests on. Send it again."))
        }
    }
}
