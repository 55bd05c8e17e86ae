import Access
import EventStore
import Events
import JSON
import TestSupport
import Testing
import Time

/// Every decision is in an event, none twice, and what could not be is counted.
struct DecisionLogTests {
    private func decision(_ number: Int, user: String = "tom") -> Decision {
        Decision(
            at: Timestamp(microseconds: 1_800_000_000_000_000 + Int64(number)),
            kind: number % 2 == 0 ? .check : .command,
            asker: "admin",
            userID: user,
            permission: "p\(number % 3):read",
            scope: [.institution, .branch("north"), .anywhere][number % 3],
            verdict: AccessVerdict.allCases[number % AccessVerdict.allCases.count],
            size: Int64(number),
            traceID: number % 2 == 0 ? "4bf92f3577b34da6a3ce929d0e0e4736" : nil
        )
    }

    private func recorded(_ store: EventStore) async throws -> [RBAC.DecisionsRecorded] {
        try await store.reader.stream("decisions").map { event in
            // As the schema has it, whole.
            try EventCatalogue.validate(
                type: event.type,
                version: 1,
                data: event.data ?? [],
                personal: nil
            )
            return try event.decode(RBAC.DecisionsRecorded.self)
        }
    }

    @Test func decisionsShareEventsAndAreAllThereInTheirOrder() async throws {
        try await LogFixture.withLog { log in
            let settings = DecisionLogSettings(batch: 100)
            let recorder = DecisionRecorder(settings, store: log.store, node: "n")
            for number in 0..<250 { #expect(try await recorder.record([decision(number)]) == nil) }
            try await recorder.settle()
            let events = try await recorded(log.store)
            #expect(events.map(\.count).reduce(0, +) == 250)
            #expect(events.count <= 6)
            #expect(events.allSatisfy { $0.count <= 100 && $0.lost == nil })
            let sizes = events.flatMap { $0.decisions.array ?? [] }.compactMap { $0.array?[7].int64 }
            #expect(sizes == (0..<250).map(Int64.init))
            let refused = (0..<250).map { decision($0) }.count { !$0.verdict.isAllowed }
            #expect(events.map(\.refused).reduce(0, +) == Int64(refused))
            let first = try #require(events.first)
            let line = first.decisions.array?[1].array ?? []
            #expect(line[0].int64 == 1 && line[1].int64 == 0)
            #expect(first.users[Int(line[3].int64 ?? 0)] == "tom")
            #expect(first.branches[Int(line[5].int64 ?? 0)] == "north")
        }
    }

    @Test func whatDoesNotFitIsCountedAndTold() async throws {
        try await LogFixture.withLog { log in
            let settings = DecisionLogSettings(batch: 1_000, capacity: 30)
            let recorder = DecisionRecorder(settings, store: log.store, node: "n")
            try await recorder.record((0..<50).map { decision($0) })
            try await recorder.settle()
            let events = try await recorded(log.store)
            #expect(events.map(\.count).reduce(0, +) == 30)
            #expect(events.compactMap(\.lost).reduce(0, +) == 20)
            try await recorder.record([decision(1)])
            try await recorder.settle()
            #expect(try await recorded(log.store).compactMap(\.lost).reduce(0, +) == 20, "told once")
        }
    }

    @Test func whatAClientSendsKeepsNoBatchFromBeingRecorded() async throws {
        try await LogFixture.withLog { log in
            let recorder = DecisionRecorder(DecisionLogSettings(), store: log.store, node: "n")
            let hostile = ["", "a\u{0}b", "\u{202e}evil", String(repeating: "x", count: 201), "line\nbreak"]
            let long = (0..<3_000).map { "\($0)" + String(repeating: "\u{1F600}", count: 190) }
            for (number, user) in (hostile + long).enumerated() {
                try await recorder.record([decision(number, user: user)])
            }
            try await recorder.settle()
            let events = try await recorded(log.store)
            #expect(events.map(\.count).reduce(0, +) == Int64(hostile.count + long.count))
            #expect(events.first?.users.contains("(not a name)") == true)
            #expect(Set(events.flatMap(\.users)).isSuperset(of: long))
        }
    }

    @Test func inStrictModeNobodyIsToldBeforeItIsRecorded() async throws {
        try await LogFixture.withLog { log in
            let recorder = DecisionRecorder(DecisionLogSettings(mode: .strict), store: log.store, node: "n")
            try await withThrowingTaskGroup(of: Receipt?.self) { group in
                for number in 0..<200 { group.addTask { try await recorder.record([decision(number)]) } }
                for try await receipt in group {
                    let receipt = try #require(receipt)
                    let position = try #require(receipt.events.last?.position)
                    #expect(try await log.store.reader.event(at: position)?.type == RBAC.DecisionsRecorded.type)
                }
            }
            let events = try await recorded(log.store)
            #expect(events.map(\.count).reduce(0, +) == 200)
            #expect(events.count < 200, "those who ask at once share an event")
        }
    }

    @Test func switchedOffNothingIsRecorded() async throws {
        try await LogFixture.withLog { log in
            let recorder = DecisionRecorder(DecisionLogSettings(mode: .off), store: log.store, node: "n")
            #expect(try await recorder.record([decision(0)]) == nil)
            try await recorder.settle()
            #expect(try await log.store.head().size == 1, "the key alone")
        }
    }

    @Test func whileTheDatabaseIsAwayDecisionsWaitAndStrictOnesAreRefused() async throws {
        try await FaultCluster.withCluster { cluster in
            try await LogFixture.migrated.prepare(cluster.connectionURL)
            var limits = AppendLimits()
            limits.patience = .seconds(30)
            try await LogFixture.withLog(at: cluster.connectionURL, limits: limits) { log in
                let buffered = DecisionRecorder(DecisionLogSettings(), store: log.store, node: "n")
                let strict = DecisionRecorder(DecisionLogSettings(mode: .strict), store: log.store, node: "n")
                try await strict.record([decision(98)])
                try await cluster.kill()
                for number in 0..<10 { #expect(try await buffered.record([decision(number)]) == nil) }
                await #expect(throws: (any Error).self) { try await strict.record([decision(99)]) }
                await #expect(throws: (any Error).self) { try await buffered.settle() }
                try await cluster.restart()
                var obstacle: (any Error)?
                let isSettled = try await eventually(every: .milliseconds(50)) {
                    do {
                        try await buffered.settle()
                        return true
                    } catch {
                        obstacle = error
                        return false
                    }
                }
                #expect(isSettled, "\(String(describing: obstacle))")
                let sizes = try await recorded(log.store).flatMap { $0.decisions.array ?? [] }
                    .compactMap { $0.array?[7].int64 }.filter { $0 < 98 }
                #expect(sizes == (0..<10).map(Int64.init), "each once, in order")
            }
        }
    }

    @Test func aReaderFindsDecisionsOneByOneAndPagesCutNone() async throws {
        try await AccessFixture.withAccess { fixture in
            let questions = (0..<25).map {
                AccessQuestion(userID: "tom", permission: "thing\($0):read", branchID: "north")
            }
            _ = try await fixture.access.checkUserPermissions(questions, fixture.root)
            let sue = AccessQuestion(userID: "sue", permission: "rbac.roles:read")
            _ = try await fixture.access.checkUserPermissions([sue], fixture.root)
            var names: [String] = []
            var below: (position: Int64, nth: Int32)?
            for _ in 0..<10 {
                let query = AccessLogQuery(userID: "tom", below: below, limit: 7)
                let lines = try await fixture.access.getAccessLogs(query, fixture.root).value
                names += lines.compactMap(\.resourceID)
                guard let last = lines.last else { break }
                below = (last.position, last.nth)
                #expect(lines.allSatisfy { $0.subject == "tom" && $0.userID == FirstStart.administrator })
            }
            #expect(names == (0..<25).reversed().map { "thing\($0):read" })
        }
    }
}
