import Events
import Foundation
import JSON
import MerkleLog
import Postgres
import TestSupport

@testable import EventStore

/// A log with something of everything, made once in a test process and copied for each test that damages it.
///
/// Its checkpoints are of the sizes in `checkpointSizes`; the events of a stretch between two were recorded in one
/// commit. Position 29 is the erasure of `user-4`:
/// of what was recorded about that person, and of what was recorded about nobody in particular and done by that person.
struct SampleLog {
    static let size: Int64 = 530
    static let checkpointSizes: [Int64] = [1, 4, 9, 29, 30, 130, 330, 530]
    static let origin = "test.example/log"

    let url: String
    let pool: PostgresPool
    let keys: KeyStore

    /// Lends a copy.
    static func withCopy<R: Sendable>(_ body: (SampleLog) async throws -> R) async throws -> R {
        try await PostgresFixture.withFreshDatabase(template) { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url),
                maximumConnections: 4,
                logger: LogFixture.quiet
            )
            let log = SampleLog(url: url, pool: pool, keys: KeyStore(directory: try keysDirectory))
            do {
                let result = try await body(log)
                await pool.close()
                return result
            } catch {
                await pool.close()
                throw error
            }
        }
    }

    /// Verifies with the log's own key, and with checkpoints kept from before.
    func verify(_ range: Range<Int64>? = nil, trusting notes: [SignedNote] = []) async throws -> VerificationReport {
        try await LogVerifier(pool: pool).verify(
            range,
            trustedKeys: keys.verifiers(),
            trustedCheckpoints: notes
        )
    }

    /// The checkpoint of a size, as somebody kept it.
    func checkpoint(_ size: Int64) async throws -> SignedNote {
        let rows = try await pool.query("select note from log.checkpoints where size = \(size)")
        return try SignedNote(parsing: try rows[0].decode(String.self))
    }

    /// What a superuser can do who has switched the log's triggers off.
    func asSuperuser(_ statements: String) async throws {
        try await Psql.run("set session_replication_role = replica; " + statements, on: url)
    }

    // MARK: The original

    private static let template = DatabaseTemplate("sample_log") { url in
        let connection = try await PostgresConnection.connect(
            PostgresConfiguration(url: url),
            logger: LogFixture.quiet
        )
        _ = try await LogSchema.migrate(connection, logger: LogFixture.quiet)
        await connection.close()
        try await LogFixture.withLog(at: url, keys: KeyStore(directory: try keysDirectory)) { log in
            for size in checkpointSizes.dropFirst() {
                let position = try await log.store.head().size
                if size == 30 {
                    _ = try await log.store.erasePersonal(of: "user-4", reason: "asked for", actor: "officer")
                } else {
                    _ = try await log.store.append(request(position..<size))
                }
            }
        }
    }

    private static let keysDirectoryResult = Result {
        URL(fileURLWithPath: try TemporaryClusters.makeDirectory()).appendingPathComponent("keys")
    }
    private static var keysDirectory: URL { get throws { try keysDirectoryResult.get() } }

    /// Events of several types about a dozen people, in one commit.
    private static func request(_ positions: Range<Int64>) -> AppendRequest {
        AppendRequest(
            streams: positions.map { position in
                StreamAppend(stream: "user-\(position % 12)-\(position % 100)", events: [event(position)])
            },
            actor: "user-\(positions.lowerBound % 5)",
            correlationID: positions.lowerBound == 4 ? nil : "0af7651916cd43dd8448eb211c80319c",
            causationID: positions.lowerBound == 4 ? nil : UUIDv7.generate()
        )
    }

    /// What is recorded at a position: with personal text about somebody where it is even, with personal text about
    /// nobody in particular at every fourth.
    private static func event(_ position: Int64) -> NewEvent {
        let user = "user-\(position % 12)"
        switch position % 4 {
        case 0:
            return NewEvent(Identity.UserRegistered(userID: user, kind: .person, name: "Person № \(position)"))
        case 1:
            return NewEvent(RBAC.RoleAssigned(userID: user, roleID: "teacher", branchID: "north"), branch: "north")
        case 2:
            return NewEvent(
                Audit.AccessLogged(
                    userID: user,
                    action: "read",
                    resource: "grade",
                    status: "success",
                    ipAddress: "192.0.2.\(position % 250)",
                    userAgent: "Ünïcode \"quoted\" \\ agent"
                )
            )
        default:
            return NewEvent(
                Audit.HistoryQueried(kind: .events, filter: JSONObject(), returned: position, text: "about somebody")
            )
        }
    }
}
