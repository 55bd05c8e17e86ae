import EventStore
import Foundation
import Logging
import MerkleLog
import Postgres
import ProjectionEngine

/// A restore of a backup into a scratch database, held against the log that runs.
struct BackupRehearsal: Sendable {
    let chain: BackupChain
    let store: EventStore
    let live: PostgresPool
    let engine: ProjectionEngine
    let logger: Logger
    let progress: BackupProgress.Handler

    /// Fills the report; what is wrong with the backup is a finding, what is wrong elsewhere is thrown.
    func run(_ report: inout RehearsalReport) async throws {
        let before = report
        report = try await ScratchDatabase(beside: live.configuration, logger: logger).lend { scratch in
            var report = before
            do {
                try await restore(scratch)
                report.events = chain.newest.manifest.size
                try await compare(scratch, &report)
            } catch let error as BackupError where error.kind == .damaged {
                report.findings.append(error.message)
                report.isDamaged = true
            }
            return report
        }
    }

    private var size: Int64 { chain.newest.manifest.size }

    private func restore(_ scratch: PostgresConfiguration) async throws {
        let restorer = try BackupRestorer(chain, to: .end, keys: store.keys)
        let connection = try await PostgresConnection.connect(scratch, logger: logger)
        do {
            _ = try await LogSchema.migrate(connection, logger: logger)
            _ = try await restorer.restore(into: connection, progress: progress)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    /// What was erased or released since the backup was made is taken out at once, and is no difference.
    ///
    /// - Returns: the positions of what was still there.
    private func takeOut(_ scratch: PostgresConfiguration) async throws -> Set<Int64> {
        let takenOut = try SQLFile("taken-out.sql", in: .module)
        let rows = try await live.query(takenOut(size), deadline: .seconds(3_600))
        guard !rows.isEmpty else { return [] }
        var (all, released): ([Int64], [Int64]) = ([], [])
        for row in rows {
            let (position, isReleased) = try row.decode((Int64, Bool).self)
            all.append(position)
            if isReleased { released.append(position) }
        }
        let takeOut = try SQLFile("take-out.sql", in: .module)
        let sql = takeOut(all, released)
        return try await PostgresConnection.withConnection(scratch, logger: logger) { connection in
            Set(try await connection.query(sql, deadline: .seconds(3_600)).map { try $0.decode(Int64.self) })
        }
    }

    private func compare(_ scratch: PostgresConfiguration, _ report: inout RehearsalReport) async throws {
        let pool = PostgresPool(configuration: scratch, maximumConnections: 4, logger: logger) {
            try await $0.becomeWriter()
        }
        let housekeeping = Task { try? await pool.run() }
        do {
            // That something was taken out since is in no event of the log that was restored.
            let removals = try await takeOut(scratch)
            try await verify(pool, removals, &report)
            // What was taken out while that went on.
            _ = try await takeOut(scratch)
            try await compareModels(pool, &report)
        } catch {
            housekeeping.cancel()
            await housekeeping.value
            throw error
        }
        housekeeping.cancel()
        await housekeeping.value
    }

    private func verify(_ pool: PostgresPool, _ removals: Set<Int64>, _ report: inout RehearsalReport) async throws {
        let progress = progress
        let verified = try await LogVerifier(pool: pool).verify(trustedKeys: store.keys.verifiers(), removals: removals)
        {
            progress(BackupProgress(stage: "verifying", done: $0.done, total: $0.total))
        }
        if !verified.findings.isEmpty {
            report.findings.append("The log that was restored has \(verified.findings.count) findings.")
        }
    }

    private func compareModels(_ pool: PostgresPool, _ report: inout RehearsalReport) async throws {
        let restored = try ProjectionEngine(pool: pool, logger: logger)
        let progress = progress
        try await restored.prepare {
            progress(BackupProgress(stage: "replaying", done: $0.position, total: $0.total))
        }
        for (number, definition) in engine.definitions.enumerated() {
            try Task.checkCancellation()
            progress(
                BackupProgress(stage: "comparing", done: Int64(number), total: Int64(engine.definitions.count))
            )
            try await compare(definition.name, restored, &report)
            report.models += 1
        }
    }

    private func compare(_ name: String, _ restored: ProjectionEngine, _ report: inout RehearsalReport) async throws {
        let salt = UUID().uuidString
        let expected = try await engine.fingerprints(of: name, at: size, salt: salt)
        let found = try await restored.servingFingerprints(of: name, at: size, salt: salt)
        for table in Set(expected.keys).union(found.keys).sorted() where expected[table] != found[table] {
            guard expected[table] != nil, found[table] != nil else {
                report.findings.append("The table \(name).\(table) is there in one of the two alone.")
                continue
            }
            let differing = Self.differences(
                try await engine.rowDigests(of: name, table: table, at: size),
                try await restored.rowDigests(of: name, table: table, at: size)
            )
            report.differences += differing
            report.findings.append("In \(name).\(table) \(differing) rows differ from those that the log gives.")
        }
    }

    /// How many of two sorted lists are in one of them alone. Pure.
    static func differences(_ left: [Int64], _ right: [Int64]) -> Int64 {
        var (l, r, count) = (0, 0, Int64(0))
        while l < left.count, r < right.count {
            if left[l] == right[r] {
                l += 1
                r += 1
            } else {
                count += 1
                if left[l] < right[r] { l += 1 } else { r += 1 }
            }
        }
        return count + Int64(left.count - l + right.count - r)
    }
}
