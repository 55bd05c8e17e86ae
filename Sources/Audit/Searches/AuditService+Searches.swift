package import EventStore
import Events
import Foundation
import Postgres

extension AuditService {
    /// How many searches somebody may have saved.
    package static let savedSearchesEach = SearchDecision.most

    /// The searches that somebody has saved, by name; those whose name was erased last.
    ///
    /// - Returns: the searches, and how many events of the log the answer takes into account.
    package func savedSearches(
        of owner: String,
        asOf moment: AuditMoment = .now
    ) async throws -> (searches: [SavedSearch], size: Int64) {
        let size = try await size(at: moment, in: "searches")
        return (try await savedSearches(of: owner, size: size), size)
    }

    /// One search that somebody has saved.
    ///
    /// - Throws: `AuditError(.notFound)` where they have none of that id.
    package func savedSearch(
        _ id: String,
        of owner: String,
        asOf moment: AuditMoment = .now
    ) async throws -> (search: SavedSearch, size: Int64) {
        let size = try await size(at: moment, in: "searches")
        guard let search = try await savedSearches(of: owner, size: size, id: id).first else {
            throw AuditError(.notFound, "There is no such saved search of yours.")
        }
        return (search, size)
    }

    /// Saves a search of the author's.
    ///
    /// - Throws: `AuditError` where the name is taken, or the author has too many.
    package func saveSearch(_ draft: SearchDraft, by author: Author) async throws -> (id: String, receipt: Receipt) {
        let id = UUIDv7.generate().uuidString.lowercased()
        let receipt = try await decide(by: author) { NewEvent(try $0.save(draft, as: id)) }
        // A request that comes again is answered with what the first one saved.
        guard receipt.isReplay, let position = receipt.events.last?.position,
            let event = try await store.reader.event(at: position)
        else { return (id, receipt) }
        return (try event.decode(Events.Audit.SearchSaved.self).searchID, receipt)
    }

    /// Gives a search of the author's another name, or has it ask otherwise.
    ///
    /// - Throws: `AuditError` where the author has none of that id, or the name is another's.
    package func changeSearch(_ id: String, to draft: SearchDraft, by author: Author) async throws -> Receipt {
        try await decide(by: author) { NewEvent(try $0.change(id, to: draft)) }
    }

    /// Removes a search of the author's.
    ///
    /// - Throws: `AuditError(.notFound)` where the author has none of that id.
    package func removeSearch(_ id: String, by author: Author) async throws -> Receipt {
        try await decide(by: author) { NewEvent(try $0.remove(id)) }
    }

    private func savedSearches(of owner: String, size: Int64, id: String? = nil) async throws -> [SavedSearch] {
        try await pool.query(searchesSQL(owner, size, id), deadline: deadline).map { try SavedSearch($0) }
    }

    /// Records what is decided by the searches that the author has: all of them, since nobody else's stand in that stream.
    private func decide(
        by author: Author,
        _ decision: (SearchDecision) throws -> NewEvent
    ) async throws -> Receipt {
        if let key = author.idempotency, let earlier = try await store.receipt(of: key) { return earlier }
        let stream = "saved-searches-\(author.id)"
        var attempts = 0
        while true {
            attempts += 1
            // First how far the stream is: whatever comes after is met by the version, or is among those that are read.
            let newest = try await store.reader.streamBackwards(stream, limit: 1).first?.header.version
            let held = try await savedSearches(of: author.id)
            let event = try decision(SearchDecision(owner: author.id, held: held.searches))
            do {
                return try await store.append(
                    AppendRequest(
                        streams: [
                            StreamAppend(
                                stream: stream,
                                expected: newest.map { .exact($0) } ?? .none,
                                events: [event]
                            )
                        ],
                        actor: author.id,
                        correlationID: author.correlationID,
                        idempotency: author.idempotency
                    )
                )
            } catch let error as AppendError {
                guard case .versionConflict = error.code, attempts < 10 else { throw error }
            }
        }
    }
}
