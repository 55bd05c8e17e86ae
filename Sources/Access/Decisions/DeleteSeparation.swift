import EventStore
import Events
package import Time

/// Keeps duties separate no more.
package struct DeleteSeparation: AccessCommand {
    /// The separation's id.
    package var separationID: String

    /// A separation to delete.
    package init(separationID: String) {
        self.separationID = separationID
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.deleteSeparations, of: actor, in: .institution, at: now)
        guard let known = model.separations.separation(separationID) else {
            throw AccessRefusal(
                .notFound,
                "There is no separation \(separationID). GET /rbac/separations lists those there are."
            )
        }
        try model.refuseOverreach(bySeparation: separationID, by: actor, at: now)
        return AccessPlan([
            .init(
                stream: AccessStream.separation(separationID),
                expected: .exact(known.version),
                branch: RBAC.institutionBranch,
                events: [.separationDeleted(.init(separationID: separationID))]
            )
        ])
    }
}
