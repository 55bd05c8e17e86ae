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
    /// Facts that repeat an earlier one of the same request.
    private var repetitions: [Int: Int] = [:]

    init(_ read: [Result<Fact, FactRefusal>]) {
        facts = read.map { try? $0.get() }
        settled = read.map { result in
            if case .failure(let refusal) = result { .refused(refusal) } else { nil }
        }
        var first: [UUID: Int] = [:]
        for (number, fact) in facts.enumerated() {
            guard let fact else { continue }
            guard let earlier = first[fact.id] else {
                first[fact.id] = number
                continue
            }
            if let original = facts[earlier], original.says(the: fact) {
                repetitions[number] = earlier
            } else {
                settled[number] = .refused(.idReused)
            }
        }
    }

    /// The numbers of facts without an outcome, in order.
    var open: [Int] { settled.indices.filter { settled[$0] == nil && repetitions[$0] == nil } }

    func numbered(_ numbers: some Sequence<Int>) -> [(number: Int, fact: Fact)] {
        numbers.compactMap { number in facts[number].map { (number, $0) } }
    }

    /// Decides on the open facts, each on what those before it leave.
    func plan(on log: KnownThings) -> Plan {
        var known = log
        var plan = Plan()
        for (number, fact) in numbered(open) {
            if let refusal = FactDecision.refusal(of: fact, known) {
                plan.refusals[number] = refusal
            } else {
                plan.batch.add(fact, number: number, known)
                known.note(fact)
            }
        }
        return plan
    }

    mutating func settle(_ number: Int, _ outcome: FactOutcome) {
        settled[number] = outcome
    }

    mutating func settle(_ outcomes: [Int: FactOutcome]) {
        for (number, outcome) in outcomes { settled[number] = outcome }
    }

    /// Gives up what is open: the log cannot take it just now.
    mutating func abandon(_ error: AppendError) {
        for number in open { settled[number] = .failed(error) }
    }

    /// What became of each.
    var outcomes: [FactOutcome] {
        settled.indices.map { number in
            settled[repetitions[number] ?? number]
                ?? .refused(FactRefusal(.contended, "Others kept changing what this rests on. Send it again."))
        }
    }
}
