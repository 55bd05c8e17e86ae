import Events
import JSON
import Testing
import Time

@testable import Institution

/// How facts are put together into appends.
@Suite struct FactBatchTests {
    private func fact(_ type: String, _ data: JSONObject, trace: String? = nil) throws -> Fact {
        var data = data
        data["branchId"] = "north"
        let reader = FactReader(FactSender(actor: "svc") { _, _ in true }, now: .now())
        return try reader.read(
            ReceivedFact(
                source: "s",
                id: UUIDv7.generate().uuidString,
                type: "institution." + type,
                correlationID: trace,
                data: .object(data)
            )
        )
    }

    private func student(_ id: String, trace: String? = nil) throws -> Fact {
        try fact("student-created", ["studentId": .string(id)], trace: trace)
    }

    private func mark(_ student: String, _ course: String = "c1", trace: String? = nil) throws -> Fact {
        let data: JSONObject = [
            "studentId": .string(student), "courseId": .string(course), "date": "2026-01-12", "status": "present",
        ]
        return try fact("attendance-marked", data, trace: trace)
    }

    /// For each wave its appends, each as the numbers of its facts.
    private func shape(_ facts: [Fact]) -> [[[Int]]] {
        var batch = FactBatch()
        var known = KnownThings()
        for (number, fact) in facts.enumerated() {
            batch.add(fact, number: number, known)
            known.note(fact)
        }
        return batch.waves.map { $0.map(\.facts) }
    }

    @Test func factsOfOneTraceAreOneAppend() throws {
        #expect(shape([try student("a"), try student("b"), try mark("a"), try mark("b")]) == [[[0, 1, 2, 3]]])
    }

    @Test func whatAFactNamesStandsBeforeIt() throws {
        // The second mark goes into a stream that begins before the student who is named was there.
        let facts = [try student("a"), try mark("a"), try student("b"), try mark("b")]
        #expect(shape(facts) == [[[0, 1, 2]], [[3]]])
    }

    @Test func tracesThatHaveNothingToDoWithOneAnotherGoSideBySide() throws {
        let (one, two) = (String(repeating: "1", count: 32), String(repeating: "2", count: 32))
        let facts = [
            try student("a", trace: one), try student("b", trace: two), try student("c", trace: one),
            try mark("a", trace: two),
        ]
        #expect(shape(facts) == [[[0, 2], [1]], [[3]]])
    }

    @Test func whatUnsettlesOthersHasAWaveOfItsOwn() throws {
        let traces = (0..<6).map { String(repeating: "\($0)", count: 32) }
        func close(_ course: String, _ trace: String?) throws -> Fact {
            try fact("course-closed", ["courseId": .string(course)], trace: trace)
        }
        let mixed = [
            try mark("a", "c9", trace: traces[0]), try close("c1", traces[1]), try close("c2", traces[2]),
            try mark("b", "c9", trace: traces[3]), try mark("c", "c8", trace: traces[4]),
        ]
        #expect(shape(mixed) == [[[0]], [[1], [2]], [[3], [4]]])
        // Of one trace it is one append, as long as that is alone.
        #expect(shape([try mark("a", "c9"), try close("c1", nil), try mark("b", "c8")]) == [[[0, 1, 2]]])
    }

    @Test func aStreamIsAppendedToUnderTheVersionThatWasSeen() throws {
        var batch = FactBatch()
        var known = KnownThings()
        let created = try student("a")
        batch.add(created, number: 0, known)
        known.note(created)
        let updated = try fact("student-updated", ["studentId": "a"])
        batch.add(updated, number: 1, known)
        #expect(batch.waves[0][0].streams.map(\.expected) == [.none])
        #expect(batch.waves[0][0].streams[0].events.count == 2)
        var later = FactBatch()
        later.add(updated, number: 0, known)
        #expect(later.waves[0][0].streams[0].expected == .exact(0))
        var marks = FactBatch()
        marks.add(try mark("a"), number: 0, known)
        #expect(marks.waves[0][0].streams[0].expected == .any)
    }

    @Test func anAppendIsBounded() throws {
        let facts = try (0..<2_500).map { try student("s\($0)") }
        let appends = shape(facts).flatMap { $0 }
        #expect(appends.allSatisfy { $0.count <= 1_000 })
        #expect(appends.flatMap { $0 }.sorted() == Array(0..<2_500))
    }
}
