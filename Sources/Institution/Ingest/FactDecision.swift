import EventStore
import Events

/// Decides whether a fact fits what is known: pure.
enum FactDecision {
    static func refusal(of fact: Fact, _ known: KnownThings) -> FactRefusal? {
        let own = known[fact.stream]
        return refusal(of: fact, own) ?? identityRefusal(of: fact, own)
            ?? fact.mentions.lazy.compactMap { refusal(of: $0, in: fact, known) }.first
            ?? currencyRefusal(of: fact, own, known) ?? restRefusal(of: fact, own)
            ?? allocationRefusal(of: fact, own)
    }

    /// What is said of a thing is said of whom it began with: money, grades and leave do not go to somebody else.
    private static func identityRefusal(of fact: Fact, _ own: KnownThings.Record) -> FactRefusal? {
        guard !fact.type.begins else { return nil }
        let other = fact.type.thing.identityFields.first { field in
            guard let said = fact.identity[field], let known = own.identity[field] else { return false }
            return said != known
        }
        return other.map { FactRefusal(.invalid, at: "/data/\($0)", "The \(fact.type.thing.words) has another \($0).") }
    }

    private static func refusal(of fact: Fact, _ own: KnownThings.Record) -> FactRefusal? {
        let type = fact.type
        let pointer = "/data/\(type.keys[0])"
        let words = type.thing.words
        let beginsAgain = own.standing == .ended && type.begins && type.from.contains(.ended)
        if own.standing != .absent, own.branch != fact.formerBranch, !beginsAgain {
            // Whoever asks from another branch learns no more than that the id is taken; of what anybody may begin, such as
            // a lesson, no more than that what it is in is not there.
            guard type.begins else { return unknown(fact, at: pointer) }
            return type.isOrdered
                ? FactRefusal(.exists, at: pointer, "The id is taken: there is such a \(words) already.")
                : fact.mentions.first { $0.pointer == pointer }.map { unknown($0, in: fact) }
                    ?? unknown(fact, at: pointer)
        }
        guard !type.from.contains(own.standing) else { return nil }
        switch own.standing {
        case .absent: return unknown(fact, at: pointer)
        case .active where type.begins:
            return FactRefusal(.exists, at: pointer, "There is such a \(words) already.")
        case .ended where type.from == [.absent]:
            return FactRefusal(
                .exists,
                at: pointer,
                "There was such a \(words) already; give the new one an id of its own."
            )
        case .waiting:
            return FactRefusal(.standing, at: pointer, "The \(words) waits for a decision.")
        case .active, .ended:
            let state = own.standing == .ended ? "is over" : "is decided already"
            return FactRefusal(.standing, at: pointer, "The \(words) \(state); this cannot be said of it any more.")
        }
    }

    /// The thing is not there, or not in this branch: one sentence for both.
    private static func unknown(_ fact: Fact, at pointer: String) -> FactRefusal {
        FactRefusal(
            .unknownReference,
            at: pointer,
            "There is no such \(fact.type.thing.words) in branch “\(fact.formerBranch)”."
        )
    }

    private static func unknown(_ mention: FactReference.Mention, in fact: Fact) -> FactRefusal {
        FactRefusal(
            .unknownReference,
            at: mention.pointer,
            "There is no \(mention.thing.words) “\(mention.id)” in branch “\(fact.branch)”."
        )
    }

    private static func refusal(
        of mention: FactReference.Mention,
        in fact: Fact,
        _ known: KnownThings
    ) -> FactRefusal? {
        let record = known[mention.stream]
        if mention.thing == .branch {
            if record.standing == .active || record.standing == .ended && !mention.mustBeActive { return nil }
            return FactRefusal(.unknownReference, at: mention.pointer, "There is no open branch “\(mention.id)”.")
        }
        guard record.standing != .absent, record.branches.contains(fact.branch) else {
            return unknown(mention, in: fact)
        }
        guard !mention.mustBeActive || record.standing != .ended else {
            return FactRefusal(.standing, at: mention.pointer, "The \(mention.thing.words) “\(mention.id)” is over.")
        }
        return nil
    }

    /// No more is given back than is left.
    private static func restRefusal(of fact: Fact, _ own: KnownThings.Record) -> FactRefusal? {
        guard fact.type.givesBack, let amount = fact.amount, let rest = own.rest, amount > rest else { return nil }
        return FactRefusal(
            .standing,
            at: "/data/amount",
            "Of the \(fact.type.thing.words) \(max(0, rest)) \(own.currency ?? "") is left, in the smallest unit."
        )
    }

    /// What comes back from a fee is of what the payment brought it.
    private static func allocationRefusal(of fact: Fact, _ own: KnownThings.Record) -> FactRefusal? {
        guard fact.type.givesBack else { return nil }
        var left = own.allocated
        for (index, part) in fact.allocations.enumerated() {
            guard let brought = left[part.fee] else {
                return FactRefusal(
                    .standing,
                    at: "/data/allocations/\(index)/feeId",
                    "Nothing of the \(fact.type.thing.words) went to the fee “\(part.fee)”."
                )
            }
            guard part.amount <= brought else {
                return FactRefusal(
                    .standing,
                    at: "/data/allocations/\(index)/amount",
                    "Of what went to the fee “\(part.fee)” \(max(0, brought)) \(own.currency ?? "") is left, "
                        + "in the smallest unit."
                )
            }
            left[part.fee] = brought - part.amount
        }
        return nil
    }

    /// Money of one currency does not settle what is owed in another.
    private static func currencyRefusal(
        of fact: Fact,
        _ own: KnownThings.Record,
        _ known: KnownThings
    ) -> FactRefusal? {
        guard let currency = fact.currency else { return nil }
        if !fact.type.begins, let expected = own.currency, expected != currency {
            return FactRefusal(.invalid, at: "/data/currency", "The \(fact.type.thing.words) is in \(expected).")
        }
        for mention in fact.mentions where mention.thing == .fee {
            if let expected = known[mention.stream].currency, expected != currency {
                return FactRefusal(.invalid, at: mention.pointer, "The fee “\(mention.id)” is in \(expected).")
            }
        }
        return nil
    }
}
