import EventStore
import Events
import Postgres
import TestSupport
import Testing

@testable import ProjectionEngine

/// A process that knows other inline read models than the database appends nothing: they would miss what it appends.
@Suite struct OldReplicaTests {
    @Test(arguments: Change.allCases)
    func aReplicaOfTheReleaseBeforeAppendsNothingOnceTheReadModelsAreNew(_ change: Change) async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await withPool(url) { pool in
                let old = try engine([tally(1)], pool)
                try await old.prepare()
                try await LogFixture.withLog(at: url, inline: old.inlineProjections) { log in
                    _ = try await log.store.append(registration("u0"))
                    let new = try engine(change.definitions(), pool)
                    try await new.prepare()
                    let size = try await log.store.head().size

                    let begun = ContinuousClock.now
                    let error = await #expect(throws: AppendError.self) {
                        try await log.store.append(registration("u1"))
                    }
                    #expect(error?.code == .unavailable)
                    #expect(error?.message.contains("restart it with the new release") == true)
                    #expect(ContinuousClock.now - begun < .seconds(20), "at once, and not when patience ends")
                    // A type that it does not know to be applied is what would be missed.
                    await #expect(throws: AppendError.self) { try await log.store.append(role("r1")) }
                    #expect(try await log.store.head().size == size)

                    let keys = log.keys
                    try await LogFixture.withLog(at: url, keys: keys, inline: new.inlineProjections) { newer in
                        _ = try await newer.store.append(registration("u2"))
                        _ = try await newer.store.append(role("r2"))
                    }
                    for definition in new.definitions { #expect(try await new.check(definition.name).isEqual) }
                }
            }
        }
    }

    @Test func aReplicaOfTheSameReleaseGoesOnThroughARebuild() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await withPool(url) { pool in
                let engine = try engine([tally(1)], pool)
                try await engine.prepare()
                try await LogFixture.withLog(at: url, inline: engine.inlineProjections) { log in
                    _ = try await log.store.append(registration("u0"))
                    try await engine.rebuild("tally")
                    _ = try await log.store.append(registration("u1"))
                    #expect(try await engine.check("tally").isEqual)
                }
            }
        }
    }

    /// What a new release does to the inline read models.
    enum Change: CaseIterable {
        case otherSQL, sameVersion, anotherReadModel

        func definitions() throws -> [ProjectionDefinition] {
            switch self {
            case .otherSQL: [try tally(2, types: ["identity.user-registered", "rbac.role-defined"])]
            case .sameVersion: [try tally(1, types: ["identity.user-registered", "rbac.role-defined"])]
            case .anotherReadModel: [try tally(1), try tally(1, name: "second", types: ["rbac.role-defined"])]
            }
        }
    }

    private func engine(_ definitions: [ProjectionDefinition], _ pool: PostgresPool) throws -> ProjectionEngine {
        try ProjectionEngine(pool: pool, definitions: definitions, logger: WrittenLog.logger)
    }

    private func registration(_ user: String) -> AppendRequest {
        let event = Identity.UserRegistered(userID: user, kind: .person)
        return AppendRequest(streams: [StreamAppend(stream: "user-\(user)", events: [NewEvent(event)])], actor: "a")
    }

    private func role(_ id: String) -> AppendRequest {
        let event = RBAC.RoleDefined(
            roleID: id,
            branchID: "b",
            name: id,
            description: nil,
            template: false,
            permissionIDs: []
        )
        return AppendRequest(streams: [StreamAppend(stream: "role-\(id)", events: [NewEvent(event)])], actor: "a")
    }

    private func withPool(_ url: String, _ body: @Sendable (PostgresPool) async throws -> Void) async throws {
        let pool = PostgresPool(
            configuration: try PostgresConfiguration(url: url),
            maximumConnections: 4,
            logger: WrittenLog.logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            try await body(pool)
            group.cancelAll()
        }
    }
}

/// An inline read model that keeps the positions of some types.
private func tally(
    _ version: Int,
    name: String = "tally",
    types: [String] = ["identity.user-registered"]
) throws -> ProjectionDefinition {
    let events = types.map { "\"\($0)\"" }.joined(separator: ",")
    let names = types.map { "'\($0)'" }.joined(separator: ",")
    return try ProjectionDefinition(
        manifest: """
            {"name": "\(name)", "version": \(version), "mode": "inline", "rewinds": false, "events": [\(events)]}
            """,
        tables: "create table events (position bigint, type text);",
        apply: """
            insert into events select position, type from log.events
            where position between $from and $to and type in (\(names));
            """
    )
}
