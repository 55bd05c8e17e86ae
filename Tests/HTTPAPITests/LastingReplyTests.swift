import Testing

@testable import HTTPAPI

/// How many answers of one user last at a time.
@Suite struct LastingReplyTests {
    @Test func aUserHasTheirShareAndGetsItBack() throws {
        let all = LastingReplies()
        var places = try (0..<LastingReplies.maximumPerActor).map { _ in try all.enter("ann") }
        let refused = #expect(throws: Problem.self) { _ = try all.enter("ann") }
        #expect(refused?.kind == .tooManyLasting && refused?.kind.status == .tooManyRequests)
        // Nobody else is.
        places.append(try all.enter("ben"))
        places[0].leave()
        // Twice is once.
        places[0].leave()
        places[0] = try all.enter("ann")
        #expect(throws: Problem.self) { _ = try all.enter("ann") }
        places = []
        _ = try all.enter("ann")
    }

    @Test func anAnswerThatIsNeverSentLetsGoOfItsPlace() throws {
        let all = LastingReplies()
        func reply() throws -> Reply {
            let place = try all.enter("ann")
            return Reply(.ok, .stream { _ in place.leave() }, .text)
        }
        var replies = try (0..<LastingReplies.maximumPerActor).map { _ in try reply() }
        #expect(throws: Problem.self) { _ = try reply() }
        replies.removeLast()
        replies.append(try reply())
        #expect(replies.count == LastingReplies.maximumPerActor)
    }
}
