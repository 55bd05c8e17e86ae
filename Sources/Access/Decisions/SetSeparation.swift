import EventStore
import Events
package import Time

/// Keeps duties separate, or sets anew what is kept separate (ANSI INCITS 359: CreateSsdSet, AddSsdRoleMember,
/// SetSsdSetCardinality and their like for DSD).
///
/// Refused where somebody has already what is to be kept separate: what it forbids must not be there when it begins.
package struct SetSeparation: AccessCommand {
    /// The separation's id.
    package var separationID: String
    /// Of which roles: those that users have, or those that are active.
    package var kind: Separation.Kind
    /// What it is called.
    package var name: String
    /// The roles that are kept separate.
    package var roleIDs: [String]
    /// So many of them are too many.
    package var cardinality: Int
    /// The version that the caller decided on.
    package var expectedVersion: Int64?

    /// Duties to keep separate.
    package init(
        separationID: String,
        kind: Separation.Kind,
        name: String,
        roleIDs: [String],
        cardinality: Int = 2,
        expectedVersion: Int64? = nil
    ) {
        self.separationID = separationID
        self.kind = kind
        self.name = name
        self.roleIDs = roleIDs
        self.cardinality = cardinality
        self.expectedVersion = expectedVersion
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.setSeparations, of: actor, in: .institution, at: now)
        try AccessText.requireID(separationID, at: "/separationId")
        try AccessText.requireName(name, at: "/name")
        try requireRoles(in: model)
        let known = model.separations.separation(separationID)
        if let known, let expectedVersion, known.version != expectedVersion {
            throw AccessRefusal(
                .versionConflict,
                "The separation \(separationID) is at version \(known.version), not \(expectedVersion). "
                    + "Read it again and decide anew.",
                currentVersion: known.version
            )
        }
        if let known, known.kind == kind, known.name == name, known.roleIDs == roleIDs, known.cardinality == cardinality
        {
            return AccessPlan([])
        }
        let event = RBAC.SeparationSet(
            separationID: separationID,
            kind: kind == .static ? .static : .dynamic,
            name: name,
            roleIDs: roleIDs,
            cardinality: Int64(cardinality)
        )
        var after = model
        after.apply(.separationSet(event), version: 0)
        try model.refuseNewViolations(after: after, at: now)
        try after.refuseOverreach(bySeparation: separationID, by: actor, at: now)
        try model.refuseLosingAdministrators(after: [.separationSet(event)], at: now)
        let stream = AccessStream.separation(separationID)
        return AccessPlan(
            [
                .init(
                    stream: stream,
                    expected: known.map { .exact($0.version) } ?? model.former(stream),
                    branch: RBAC.institutionBranch,
                    events: [.separationSet(event)]
                )
            ],
            restsOn: AccessEvent.assignmentTypes
        )
    }

    private func requireRoles(in model: AccessModel) throws(AccessRefusal) {
        for (position, id) in roleIDs.enumerated() {
            guard model.roles.index(id: id) != nil else {
                throw AccessRefusal(.invalid(pointer: "/roleIds/\(position)"), "There is no role \(id).")
            }
            guard !roleIDs[..<position].contains(where: { ExactKey.same($0, id) }) else {
                throw AccessRefusal(.invalid(pointer: "/roleIds/\(position)"), "The role \(id) is named twice.")
            }
        }
        guard (2...64).contains(roleIDs.count) else {
            throw AccessRefusal(.invalid(pointer: "/roleIds"), "It takes 2 to 64 roles to keep separate.")
        }
        guard (2...roleIDs.count).contains(cardinality) else {
            throw AccessRefusal(
                .invalid(pointer: "/cardinality"),
                "It is how many of the roles are too many: from 2 up to as many as there are, \(roleIDs.count)."
            )
        }
    }
}
