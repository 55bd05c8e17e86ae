import EventStore
import Events
import Foundation
import JSON
import OpenSSL
import Postgres
import Time

/// What the ingest asks the log: how things stand, and which facts are in it already.
struct FactLog: Sendable {
    /// How long the database may take over one question.
    private static let deadline = Duration.seconds(20)

    private let pool: PostgresPool
    private let standingSQL: SQLFile
    private let recordedSQL: SQLFile

    init(pool: PostgresPool) throws {
        self.pool = pool
        standingSQL = try SQLFile("standing.sql", in: .module)
        recordedSQL = try SQLFile("recorded.sql", in: .module)
    }

    /// How the things stand that facts are about or name, all at one moment.
    func standing(of facts: [Fact]) async throws -> KnownThings {
        var asked: [KnownThings.Need: Void] = [:]
        for fact in facts {
            for need in KnownThings.needs(of: fact) { asked[need] = () }
        }
        let needs = Array(asked.keys)
        guard !needs.isEmpty else { return KnownThings() }
        let rows = try await pool.query(
            standingSQL(needs.map(\.stream), needs.map(\.branch), needs.map(\.asksIdentity), needs.map(\.asksRest)),
            deadline: Self.deadline
        )
        return try Self.known(rows, needs)
    }

    @inline(never)
    private static func known(_ rows: [PostgresRow], _ needs: [KnownThings.Need]) throws -> KnownThings {
        var known = KnownThings()
        for row in rows {
            let (size, number, version, type, branch, belongs, currency, rest, founding, allocated) = try row.decode(
                (Int64, Int64, Int64?, String?, String?, Bool?, String?, Int64?, JSONText?, JSONText?).self
            )
            known.size = size
            guard let version, let type else { continue }
            let need = needs[Int(number) - 1]
            var record = known[need.stream]
            record.version = version
            record.standing = FactType.named(EventType(rawValue: type))?.to ?? .active
            record.branch = branch
            record.currency = currency
            record.rest = rest ?? record.rest
            if let founding, case .object(let data) = try JSONValue(parsing: founding.bytes),
                let thing = FactType.named(EventType(rawValue: type))?.thing
            {
                record.identity = thing.identity(in: data)
            }
            if let allocated, case .object(let parts) = try JSONValue(parsing: allocated.bytes) {
                for part in parts.members { record.allocated[part.name] = part.value.int64 }
            }
            if belongs == true, let asked = need.branch { record.branches.insert(asked) }
            known[need.stream] = record
        }
        return known
    }

    /// The outcomes of those facts whose ids are in the log: recorded before, or refused for their other content.
    func outcomes(of facts: [(number: Int, fact: Fact)]) async throws -> [Int: FactOutcome] {
        guard !facts.isEmpty else { return [:] }
        let rows = try await pool.query(recordedSQL(facts.map(\.fact.id)), deadline: Self.deadline)
        return try Self.outcomes(rows, facts)
    }

    @inline(never)
    private static func outcomes(
        _ rows: [PostgresRow],
        _ facts: [(number: Int, fact: Fact)]
    ) throws -> [Int: FactOutcome] {
        var stored: [UUID: PostgresRow] = [:]
        for row in rows { stored[try row.decode("id", as: UUID.self)] = row }
        var outcomes: [Int: FactOutcome] = [:]
        for (number, fact) in facts {
            guard let row = stored[fact.id] else { continue }
            outcomes[number] = try says(row, the: fact) ? .recorded(RecordedFact(row)) : .refused(.idReused)
        }
        return outcomes
    }

    /// Whether a stored event says what a fact says. What was erased or released meanwhile cannot differ.
    private static func says(_ row: PostgresRow, the fact: Fact) throws -> Bool {
        let type = EventType(rawValue: try row.decode("type", as: String.self))
        guard type == fact.type.type else { return false }
        guard let data = try row.decode("data", as: JSONText?.self)?.bytes else { return true }
        let personal = try row.decode("personal", as: JSONText?.self)?.bytes
        let isErased = try row.decode("erased", as: Bool.self)
        if data == fact.data, personal == fact.personal || isErased { return true }
        // Written under an earlier version of the schema, or in another order of members.
        let payload = try EventCatalogue.decode(
            type: type,
            version: Int(try row.decode("schema_version", as: Int32.self)),
            data: data,
            personal: personal
        )
        return payload.dataBytes == fact.data && (isErased || payload.personalBytes == fact.personal)
    }
}

extension FactRefusal {
    /// The same name for something else.
    static let idReused = FactRefusal(
        .idReused,
        at: "/id",
        "This source has sent another event under this id; give the new one an id of its own."
    )
}
