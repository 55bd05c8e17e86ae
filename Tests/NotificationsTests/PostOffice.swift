import Access
import EventStore
import Events
import Institution
import JSON
import Logging
import Postgres
import ProjectionEngine
import Synchronization
import TestSupport
import Time

@testable import Notifications

/// A service of notifications over a real log with all read models, whose clock and ways are the test's.
struct PostOffice: Sendable {
    let log: LogFixture
    let engine: ProjectionEngine
    let access: AccessService
    let institution: InstitutionService
    let service: NotificationService
    let clock: TestClock

    static let actor = Author(id: "head")

    private static let prepared = DatabaseTemplate("postoffice") { url in
        let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url), logger: LogFixture.quiet)
        _ = try await LogSchema.migrate(connection, logger: LogFixture.quiet)
        await connection.close()
        try await withPool(url) { try await ProjectionEngine(pool: $0, logger: LogFixture.quiet).prepare() }
    }

    /// Lends one with an institution of a branch `north` and its people.
    static func open<R: Sendable>(
        channels: [any DeliverySender] = [],
        _ body: @escaping @Sendable (PostOffice) async throws -> R
    ) async throws -> R {
        try await PostgresFixture.withFreshDatabase(prepared) { url in
            try await withPool(url) { pool in
                let engine = try ProjectionEngine(pool: pool, logger: LogFixture.quiet)
                try await engine.prepare()
                return try await LogFixture.withLog(at: url, inline: engine.inlineProjections) { log in
                    let following = Task { try await engine.run() }
                    let result: Result<R, any Error>
                    do {
                        result = .success(try await body(try await make(log, engine, channels)))
                    } catch {
                        result = .failure(error)
                    }
                    following.cancel()
                    _ = await following.result
                    return try result.get()
                }
            }
        }
    }

    private static func make(
        _ log: LogFixture,
        _ engine: ProjectionEngine,
        _ channels: [any DeliverySender]
    ) async throws -> PostOffice {
        let directory = try AccessDirectory(store: log.store, pool: log.pool, logger: LogFixture.quiet)
        let access = try AccessService(store: log.store, pool: log.pool, directory: directory)
        _ = try await FirstStart(access: access).install()
        let clock = TestClock()
        return PostOffice(
            log: log,
            engine: engine,
            access: access,
            institution: try InstitutionService(store: log.store, pool: log.pool, engine: engine),
            service: try NotificationService(
                store: log.store,
                pool: log.pool,
                engine: engine,
                channels: channels,
                clock: { clock.now },
                logger: LogFixture.quiet
            ),
            clock: clock
        )
    }

    private static func withPool<R>(_ url: String, _ body: (PostgresPool) async throws -> R) async throws -> R {
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: url), logger: LogFixture.quiet)
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    /// A further service of the same log, with ways that are made of parts of this one.
    func service(by channels: any DeliverySender...) throws -> NotificationService {
        try NotificationService(
            store: log.store,
            pool: log.pool,
            engine: engine,
            channels: channels,
            clock: { clock.now },
            logger: LogFixture.quiet
        )
    }

    // MARK: People

    /// Makes users known, each with an e-mail address.
    func register(_ users: String...) async throws {
        for user in users {
            let command = RegisterUser(userID: user, kind: .person, name: user, email: "\(user)@school.example")
            let tokens = try TokenService(access, pool: log.pool)
            _ = try await tokens.register(command, CommandContext(actor: .operator))
        }
    }

    /// Gives a user a role of a branch.
    func assign(_ role: String, to user: String, in branch: String = "north") async throws {
        _ = try await access.assignRoleToUser(
            AssignRole(userID: user, roleID: role, branch: branch),
            CommandContext(actor: .system)
        )
    }

    /// Reports what happened at the institution.
    @discardableResult
    func report(_ facts: any EventPayload...) async throws -> [FactOutcome] {
        let size = try await log.store.head().size
        let received = try facts.enumerated().map { number, fact in
            var data = try JSONValue(parsing: fact.dataBytes).object ?? [:]
            if let personal = fact.personalBytes, let words = try JSONValue(parsing: personal).object {
                for member in words.members { data[member.name] = member.value }
            }
            return ReceivedFact(
                source: "test",
                id: "\(size)-\(number)",
                type: type(of: fact).type.rawValue,
                data: .object(data)
            )
        }
        return try await institution.record(received, by: FactSender(actor: "sis") { _, _ in true })
    }

    // MARK: Reads

    func inbox(_ user: String, _ query: InboxQuery = InboxQuery()) async throws -> [InboxItem] {
        try await service.getUserNotifications(user, query).value
    }

    func unread(_ user: String) async throws -> Int64 {
        try await service.getUnreadCount(user).value.values.reduce(0, +)
    }

    /// Each delivery as `user channel state reason`.
    func deliveries(of notification: String) async throws -> [String] {
        try await service.deliveryRecords(of: notification, limit: 100).map { record in
            [record.userID, record.channel, record.state, record.reason ?? ""].joined(separator: " ")
                .trimmingSuffix(while: { $0 == " " })
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while isLeftOut: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isLeftOut(last) { text.removeLast() }
        return text
    }
}

/// A clock that stands still until it is put forward.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp.now())

    var now: Timestamp { moment.withLock { $0 } }

    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
    func set(_ time: Timestamp) { moment.withLock { $0 = time } }
}

/// A way that keeps what it is given, and answers as it is told.
final class RecordingSender: DeliverySender {
    let channel: DeliveryChannel
    private let state = Mutex<(sent: [OutgoingMessage], answers: [DeliveryResult])>(([], []))

    init(_ channel: DeliveryChannel, answers: DeliveryResult...) {
        self.channel = channel
        state.withLock { $0.answers = answers }
    }

    var sent: [OutgoingMessage] { state.withLock { $0.sent } }

    func answer(_ results: DeliveryResult...) { state.withLock { $0.answers = results } }

    func send(_ message: OutgoingMessage) async -> DeliveryResult {
        state.withLock { state in
            state.sent.append(message)
            guard state.answers.count > 1 else { return state.answers.first ?? .delivered }
            return state.answers.removeFirst()
        }
    }
}
