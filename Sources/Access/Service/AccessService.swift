package import EventStore
import Events
package import Postgres
package import ProjectionEngine
package import Time

/// Roles, permissions and who has them: the commands that change access and the questions about it.
///
/// Commands are decided on the current model in memory and become events; nothing else is written. What is asked as of
/// a moment is read from the intervals of the read model.
///
/// Every command throws ``AccessRefusal`` where it is not allowed or does not fit what there is: then it changed nothing (that
/// a permission was lacking is recorded as a decision). It is decided anew where others were quicker, up to 20 times, and then
/// refused as `.contended`. Any other `AppendError` comes from the log and says whether to try again, and an error of the
/// database where access cannot be known just now. A task that is cancelled may have recorded its events all the same: with
/// an idempotency key the same request may be sent again, and is answered with its first receipt.
package final class AccessService: Sendable {
    /// Access in memory.
    package let directory: AccessDirectory
    let runner: CommandRunner
    let store: EventStore
    let reader: AccessReader
    let projections: ProjectionEngine?
    let clock: @Sendable () -> Timestamp
    /// Access as it stood at moments that were asked about.
    let past: PastAccess
    /// Where decisions are recorded.
    package let decisions: DecisionRecorder

    /// A service over a log and the read models in the same database.
    ///
    /// - Parameters:
    ///   - projections: to wait until the read models have what was recorded before a question about it.
    ///   - decisions: how decisions are recorded; `node` is this server's name in what it records.
    package init(
        store: EventStore,
        pool: PostgresPool,
        directory: AccessDirectory,
        projections: ProjectionEngine? = nil,
        decisions: DecisionLogSettings = DecisionLogSettings(),
        node: String = "daybook",
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        self.store = store
        self.directory = directory
        self.projections = projections
        self.clock = clock
        reader = try AccessReader(pool: pool, store: store)
        past = PastAccess(reader: reader, loader: try AccessLoader(pool: pool), directory: directory)
        let recorder = DecisionRecorder(decisions, store: store, node: node)
        self.decisions = recorder
        runner = CommandRunner(store: store, directory: directory, decisions: recorder, clock: clock)
    }
}

// MARK: - Roles

extension AccessService {
    /// Adds a role to a branch.
    package func defineRole(_ command: DefineRole, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Changes a role's name, description, parent or permissions.
    package func updateRole(_ command: UpdateRole, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Sets all that a role itself grants; the difference becomes the events.
    package func updateRolePermissions(
        _ roleID: String,
        _ permissionIDs: [String],
        expectedVersion: Int64? = nil,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        let command = UpdateRole(roleID: roleID, permissionIDs: permissionIDs, expectedVersion: expectedVersion)
        return try await runner.carryOut(command, context)
    }

    /// Deletes a role that nobody holds.
    package func deleteRole(_ command: DeleteRole, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }
}

// MARK: - Permissions

extension AccessService {
    /// Gives a role a permission.
    package func assignPermissionToRole(
        _ command: AssignPermission,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Takes a permission from a role.
    package func revokePermissionFromRole(
        _ command: RevokePermission,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Adds a permission of the institution's own.
    package func createCustomPermission(
        _ command: CreatePermission,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Changes what a permission is described as.
    package func updatePermission(
        _ command: UpdatePermission,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }
}

// MARK: - Users

extension AccessService {
    /// Gives a user a role in a branch, for good or until a moment.
    package func assignRoleToUser(_ command: AssignRole, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Removes a user from a role in a branch.
    package func removeRoleFromUser(_ command: RemoveRole, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }
}

// MARK: - Structure and rules

extension AccessService {
    /// Lets a role inherit from another, or no more.
    package func changeInheritance(
        _ command: ChangeInheritance,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Lets a role deny a permission, or no more.
    package func changeDenial(_ command: ChangeDenial, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Lets a permission imply another, or no more.
    package func changeImplication(
        _ command: ChangeImplication,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Keeps duties separate.
    package func setSeparation(_ command: SetSeparation, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Keeps duties separate no more.
    package func deleteSeparation(
        _ command: DeleteSeparation,
        _ context: CommandContext
    ) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Sets what it takes to be given a role.
    package func setRequirements(_ command: SetRequirements, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Takes over what a role's template changed.
    package func adoptTemplate(_ command: AdoptTemplate, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Gives an assignment another end.
    package func renewRole(_ command: RenewRole, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }
}

// MARK: - Sessions

extension AccessService {
    /// Opens a session of the actor.
    package func openSession(_ command: OpenSession, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }

    /// Changes a session of the actor.
    package func changeSession(_ command: ChangeSession, _ context: CommandContext) async throws -> CommandOutcome {
        try await runner.carryOut(command, context)
    }
}
