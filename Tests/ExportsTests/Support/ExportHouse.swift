import Access
import App
import EventStore
import Events
import Foundation
import Institution
import JSON
import Logging
import Postgres
import Synchronization
import SystemTestSupport
import TestSupport
import Time

@testable import Exports

/// A running Daybook whose exports the test makes itself, with two branches and some people.
struct ExportHouse: Sendable {
    let system: DaybookSystem
    let url: String
    let directory: String
    let clock: TestClock
    let service: ExportService

    static func open<R: Sendable>(
        storage: (any ExportStorage)? = nil,
        mailer: ExportMailer? = nil,
        environment: [String: String] = [:],
        adjust: @escaping @Sendable (inout ExportSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (ExportHouse) async throws -> R
    ) async throws -> R {
        try await StartedSystem.withCopy { started in
            let url = started.url
            let directory = FileManager.default.temporaryDirectory
                .appendingPathComponent("daybook-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try started.giveKeys(to: directory)
            let configuration = try DaybookConfiguration(
                flags: [.dataDirectory: directory, .port: "0"],
                environment: ["DATABASE_URL": url, "DAYBOOK_EXPORT_WORKERS": "0"].merging(environment) { $1 }
            )
            return try await DaybookSystem.withRunning(
                configuration,
                logger: LogFixture.quiet,
                administrator: .withoutToken
            ) { system, _ in
                let clock = TestClock()
                var settings = ExportSettings()
                adjust(&settings)
                let service = try ExportService(
                    store: system.store,
                    pool: system.pool,
                    engine: system.projections,
                    authority: Authority(directory: system.directory),
                    storage: storage ?? ExportDirectory(path: "\(directory)/exports"),
                    rendering: .all(institution: "School Group"),
                    settings: settings,
                    mailer: mailer,
                    clock: { clock.now },
                    logger: LogFixture.quiet
                )
                let house = ExportHouse(system: system, url: url, directory: directory, clock: clock, service: service)
                try await house.furnish()
                return try await body(house)
            }
        }
    }

    struct Authority: ExportAuthority {
        let directory: AccessDirectory

        func rights(of user: String, roles: [String]?) async throws -> ExportRights {
            let model = try await directory.current().model
            return ExportRights(roles: roles) { permission in
                roles.map { model.branches(where: user, has: permission, at: .now(), activating: $0) }
                    ?? model.branches(where: user, has: permission, at: .now())
            }
        }
    }

    /// What the head of north may do there, and nowhere else.
    static let permissions = [
        "exports:create", "exports:read", "exports:manage", "institution.students:read", "institution.fees:read",
        "institution.personal:read", "audit.events:read", "rbac.access:review",
    ]

    private func furnish() async throws {
        for branch in ["north", "south"] {
            try await report(Institution.BranchOpened(branchID: branch, name: branch.capitalized, currency: "EUR"))
            _ = try await system.access.defineRole(
                DefineRole(
                    roleID: "head-\(branch)",
                    branch: branch,
                    name: "Head",
                    permissionIDs: Self.permissions
                ),
                CommandContext(actor: .system)
            )
        }
        try await register("anna", role: "head-north", branch: "north")
        try await register("ben", role: "head-south", branch: "south")
        try await report(student("s1", "north", "Zoë"), student("s2", "north", "=1+1"), student("s3", "south", "Sid"))
    }

    func register(_ user: String, role: String? = nil, branch: String? = nil) async throws {
        _ = try await system.tokens.register(
            RegisterUser(userID: user, kind: .person, name: user.capitalized),
            CommandContext(actor: .operator)
        )
        if let role {
            _ = try await system.access.assignRoleToUser(
                AssignRole(userID: user, roleID: role, branch: branch),
                CommandContext(actor: .system)
            )
        }
    }

    func student(_ id: String, _ branch: String, _ name: String) -> Institution.StudentCreated {
        Institution.StudentCreated(studentID: id, branchID: branch, name: name)
    }

    /// A course of north, and a fee for it.
    func reportFee(note: String? = nil) async throws {
        try await report(
            Institution.CourseCreated(courseID: "maths", branchID: "north", title: "Maths"),
            Institution.FeeCharged(
                feeID: "f1",
                studentID: "s1",
                branchID: "north",
                courseID: "maths",
                kind: .tuition,
                amount: 1_250,
                currency: "EUR",
                note: note
            )
        )
    }

    /// Reports what happened at the institution.
    func report(_ facts: any EventPayload...) async throws {
        let size = try await system.store.head().size
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
        for outcome in try await system.institution.record(received, by: FactSender(actor: "sis") { _, _ in true }) {
            guard case .recorded = outcome else { throw HouseError("\(outcome)") }
        }
    }

    func rights(_ user: String) async throws -> ExportRights {
        try await service.authority.rights(of: user, roles: nil)
    }

    /// Asks for an export as somebody.
    func ask(_ user: String, _ order: ExportOrder) async throws -> String {
        let made = try await service.request(order, by: Author(id: user), rights: rights(user))
        return made.exportIDs[0]
    }

    /// Asks for it and makes it.
    func make(_ user: String, _ order: ExportOrder) async throws -> ExportRecord {
        let id = try await ask(user, order)
        _ = await ExportWorker.make(id, service)
        return try await record(id)
    }

    func record(_ id: String) async throws -> ExportRecord {
        guard let record = try await service.history.export(id) else { throw HouseError("no export \(id)") }
        return record
    }

    /// The text of an export, as somebody takes it away.
    func text(_ id: String, _ user: String) async throws -> String {
        let download = try await service.download(id, by: Author(id: user), rights: rights(user))
        return String(decoding: try await download.bytes(), as: UTF8.self)
    }

    /// The files that are kept.
    func files() async throws -> [String] { try await service.storage.files().map(\.name) }

    /// Another server of the same Daybook: nothing but the database is between the two.
    func anotherService(_ adjust: (inout ExportSettings) -> Void = { _ in }) throws -> ExportService {
        var settings = ExportSettings()
        adjust(&settings)
        return try ExportService(
            store: system.store,
            pool: system.pool,
            engine: system.projections,
            authority: service.authority,
            storage: service.storage,
            settings: settings,
            clock: { clock.now },
            logger: LogFixture.quiet
        )
    }

    /// While the table of students is locked: a query of it waits without end.
    ///
    /// - Parameter body: takes the students as of now, which the read model holds; it does not get on while they are locked.
    func whileStudentsAreLocked(_ body: @escaping @Sendable (ExportOrder) async throws -> Void) async throws {
        let size = try await system.store.head().size
        try await service.history.hold(size, in: ["people"])
        var order = Self.students()
        order.moment = .size(size)
        let students = order
        let configuration = try PostgresConfiguration(url: url)
        let connection = try await PostgresConnection.connect(configuration, logger: LogFixture.quiet)
        let result: Result<Void, any Error>
        do {
            try await connection.withTransaction { connection in
                try await connection.execute("lock table people.students in access exclusive mode")
                try await body(students)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await connection.close()
        try result.get()
    }

    static func students(_ format: ExportFormat = .csv) -> ExportOrder {
        var order = ExportOrder("students", as: format)
        order.columns = ["studentId", "name", "branchId"]
        order.sort = ["studentId"]
        return order
    }
}

struct HouseError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A clock that stands still until it is put forward.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp.now())

    var now: Timestamp { moment.withLock { $0 } }

    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
    func set(_ time: Timestamp) { moment.withLock { $0 = time } }
}

/// A storage that fails as it is told.
final class FailingStorage: ExportStorage {
    private let inner: ExportDirectory
    private let failures: Mutex<[ExportStorageError]>

    init(_ directory: String, _ failures: ExportStorageError...) {
        inner = ExportDirectory(path: directory)
        self.failures = Mutex(failures)
    }

    var place: String { inner.place }
    var pieceSize: Int { inner.pieceSize }
    func scratch() async throws -> String { try await inner.scratch() }
    func put(_ path: String, as name: String) async throws {
        if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
        try await inner.put(path, as: name)
    }
    func size(of name: String) async throws -> Int64? { try await inner.size(of: name) }
    func read(_ name: String, from offset: Int64, count: Int) async throws -> [UInt8] {
        try await inner.read(name, from: offset, count: count)
    }
    func remove(_ name: String) async throws { try await inner.remove(name) }
    func files() async throws -> [StoredExport] { try await inner.files() }
}
