import Access
import Audit
import EventStore
import Events
import HTTPTypes
import JSON
import Testing
import Time

/// Searches that people save: each their own.
struct SavedSearchTests {
    private static let ann = Author(id: "ann")

    private static func draft(_ name: String, text: String? = nil, action: String? = nil) -> SearchDraft {
        var filter = AuditFilter()
        filter.text = text
        filter.action = action
        return SearchDraft(name: name, filter)
    }

    @Test func whatIsSavedChangedAndRemovedIsAsItWasAtEachMoment() async throws {
        try await Institution.open { institution in
            let audit = institution.audit
            var filter = AuditFilter()
            for path: WritableKeyPath<AuditFilter, String?> in [
                \.actor, \.subject, \.type, \.action, \.resource, \.resourceID, \.branch, \.text,
            ] { filter[keyPath: path] = "value \"of\" \(path)" }
            filter.from = Timestamp(rfc3339: "2026-01-01T00:00:00Z")
            filter.to = Timestamp(rfc3339: "2026-01-31T23:59:59.999999Z")
            let wish = SearchDraft(name: "Everything", filter, asOf: .position(3))
            let saved = try await audit.saveSearch(wish, by: Self.ann)
            let search = try await audit.savedSearch(saved.id, of: "ann").search
            #expect(search.filter == filter && search.name == "Everything" && search.moment == .position(3))
            #expect(search.isWhole && search.ownerID == "ann")
            let time = try #require(Timestamp(rfc3339: "2026-01-01T12:00:00Z"))
            let other = SearchDraft(name: "Anything", AuditFilter(), asOf: .time(time))
            let changed = try await audit.changeSearch(saved.id, to: other, by: Self.ann)
            _ = try await audit.saveSearch(Self.draft("Also"), by: Self.ann)
            let removed = try await audit.removeSearch(saved.id, by: Self.ann)

            let positions = [saved.receipt, changed, removed].compactMap { $0.events.last?.position }
            let then = try await audit.savedSearches(of: "ann", asOf: .position(positions[0]))
            #expect(then.searches.map(\.name) == ["Everything"] && then.size == positions[0] + 1)
            let later = try await audit.savedSearch(saved.id, of: "ann", asOf: .position(positions[2] - 1)).search
            #expect(later.name == "Anything" && later.filter == AuditFilter() && later.moment == .time(time))
            #expect(try await audit.savedSearches(of: "ann").searches.map(\.name) == ["Also"])
            await #expect(throws: AuditError.self) { try await audit.removeSearch(saved.id, by: Self.ann) }
            #expect(try await institution.engine.check("searches").isEqual)
        }
    }

    @Test func anotherPersonsSearchIsNotThere() async throws {
        try await Institution.open { institution in
            let audit = institution.audit
            let (id, _) = try await audit.saveSearch(Self.draft("Hers", text: "zoë"), by: Self.ann)
            let ben = Author(id: "ben")
            #expect(try await audit.savedSearches(of: "ben").searches.isEmpty)
            for attempt in [
                { _ = try await audit.savedSearch(id, of: "ben") },
                { _ = try await audit.changeSearch(id, to: Self.draft("His"), by: ben) },
                { _ = try await audit.removeSearch(id, by: ben) },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: AuditError.self) { try await attempt() }
                #expect(error?.code == .notFound)
            }
            // A name is taken for its owner alone.
            _ = try await audit.saveSearch(Self.draft("Hers"), by: ben)
            let error = await #expect(throws: AuditError.self) {
                try await audit.saveSearch(Self.draft("Hers"), by: Self.ann)
            }
            #expect(error?.code == .taken)
            #expect(try await audit.savedSearch(id, of: "ann").search.filter.text == "zoë")
        }
    }

    @Test func nobodyHasMoreThanThereMayBeHoweverManyAreSavedAtOnce() async throws {
        try await Institution.open { institution in
            let audit = institution.audit
            let most = AuditService.savedSearchesEach
            for number in 0..<(most - 2) { _ = try await audit.saveSearch(Self.draft("S\(number)"), by: Self.ann) }
            let saved = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        (try? await audit.saveSearch(Self.draft("Late \(number)"), by: Self.ann)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(saved == 2)
            #expect(try await audit.savedSearches(of: "ann").searches.count == most)
            let error = await #expect(throws: AuditError.self) {
                try await audit.saveSearch(Self.draft("One more"), by: Self.ann)
            }
            #expect(error?.code == .tooMany)
        }
    }

    @Test func whatIsErasedIsGoneAndTheSearchIsNotMadeOfTheRest() async throws {
        try await Institution.open { institution in
            let (audit, store) = (institution.audit, institution.log.store)
            let words = Self.draft("About Zoë", text: "zoë", action: "user-registered")
            let (id, receipt) = try await audit.saveSearch(words, by: Self.ann)
            let (other, _) = try await audit.saveSearch(Self.draft("Plain", action: "role-defined"), by: Self.ann)
            let event = try #require(try await store.reader.event(at: receipt.events[0].position))
            let data = String(decoding: event.data ?? [], as: UTF8.self)
            #expect(!data.contains("zoë") && !data.contains("Zoë"), "\(data)")
            _ = try await store.erasePersonal(of: "ann", reason: "asked for", actor: "officer")
            let search = try await audit.savedSearch(id, of: "ann").search
            #expect(search.name == nil && search.filter.text == nil && !search.isWhole)
            #expect(try await audit.savedSearch(other, of: "ann").search.isWhole)
            #expect(try await institution.engine.check("searches").isEqual)
            let rows = try await institution.log.pool.query("select s::text from searches.searches as s")
            let texts = try rows.map { try $0.decode(String.self) }
            #expect(texts.count == 2 && !texts.contains { $0.contains("zoë") || $0.contains("Plain") })
            // Without its name it can be removed, and named anew.
            _ = try await audit.changeSearch(other, to: Self.draft("Plain"), by: Self.ann)
            _ = try await audit.removeSearch(id, by: Self.ann)
        }
    }

    @Test func overHTTPTheyAreListedSavedChangedAndRemoved() async throws {
        try await Institution.open { institution in
            let body = #"""
                {"name":"Grades","action":"update","from":"2026-01-01T00:00:00Z","text":"grade -draft","asOf":"2"}
                """#
            let saved = try await institution.send(.post, "/audit/searches", key: "one", body: body)
            #expect(saved.status == 201, "\(saved.text)")
            let id = try #require(saved.json?["searchId"]?.string)
            #expect(saved.json?["receipt"] != nil)
            let again = try await institution.send(.post, "/audit/searches", key: "one", body: body)
            #expect(again.status == 201 && again.json?["searchId"]?.string == id, "\(again.text)")
            let search = try await institution.send(.get, "/audit/searches/\(id)")
            #expect(
                search.json?["name"] == "Grades" && search.json?["text"] == "grade -draft"
                    && search.json?["asOf"] == "2" && search.json?["from"] == "2026-01-01T00:00:00.000000Z"
                    && search.json?["isWhole"] == true,
                "\(search.text)"
            )
            let position = try #require(search.json?["position"]?.int64)
            let taken = try await institution.send(.post, "/audit/searches", body: #"{"name":"Grades"}"#)
            #expect(taken.status == 409, "\(taken.text)")
            let changed = try await institution.send(.put, "/audit/searches/\(id)", body: #"{"name":"Marks"}"#)
            #expect(changed.status == 200, "\(changed.text)")
            let now = try await institution.send(.get, "/audit/searches")
            #expect(now.json?["items"]?.array?.map { $0["name"]?.string } == ["Marks"])
            let then = try await institution.send(.get, "/audit/searches?asOf=\(position)")
            #expect(then.json?["items"]?.array?.map { $0["name"]?.string } == ["Grades"] && then.position == position)
            do {
                let stranger = "stranger"
                let none = try await institution.send(.get, "/audit/searches", as: stranger)
                #expect(none.json?["items"]?.array?.isEmpty == true)
                #expect(try await institution.send(.get, "/audit/searches/\(id)", as: stranger).status == 404)
                #expect(try await institution.send(.delete, "/audit/searches/\(id)", as: stranger).status == 404)
                let refused = try await institution.send(.post, "/audit/searches", as: stranger, body: body)
                #expect(refused.status == 403 && refused.json?["permission"] == "audit.events:read")
            }
            #expect(try await institution.send(.delete, "/audit/searches/\(id)").status == 200)
            #expect(try await institution.send(.get, "/audit/searches/\(id)").status == 404)
            let types = try await institution.log.store.reader.eventsBackwards(limit: 20).map(\.type.rawValue)
            #expect(
                types.filter { $0.hasPrefix("audit.search-") }
                    == ["audit.search-removed", "audit.search-changed", "audit.search-saved"]
            )
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"name":""}"#, #"{"name":"  "}"#, #"{"name":"a\nb"}"#, #"{"name":"n","text":""}"#,
        #"{"name":"n","text":"a\u0008b"}"#, #"{"name":"n","actor":"a\u0007"}"#, #"{"name":"n","asOf":"tomorrow"}"#,
        #"{"name":"n","asOf":"9223372036854775808"}"#, #"{"name":"n","asOf":"2999-01-01T00:00:00Z"}"#,
        #"{"name":"n","from":"2026-02-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}"#, #"{"name":"n","colour":"red"}"#,
        #"{"name":"\#(String(repeating: "n", count: 121))"}"#,
        #"{"name":"n","text":"\#(String(repeating: "w", count: 1_001))"}"#,
    ])
    func whatIsNoSearchIsRefused(body: String) async throws {
        try await Institution.open { institution in
            let answer = try await institution.send(.post, "/audit/searches", body: body)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.json?["errors"]?.array?.first?["pointer"]?.string?.hasPrefix("/") == true, "\(answer.text)")
        }
    }
}
