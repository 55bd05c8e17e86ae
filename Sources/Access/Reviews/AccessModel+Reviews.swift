import Events
import Time

extension AccessModel {
    /// Refuses an actor that may not decide in reviews of a branch.
    func requireReviewing(in branch: String, of actor: AccessActor, at now: Timestamp) throws(AccessRefusal) {
        for permission in ReviewPlan.permissions {
            try require(permission, of: actor, in: ReviewPlan.scope(branch), at: now)
        }
    }

    /// Whether an actor may look at the reviews of a branch.
    func mayReview(in branch: String, _ actor: AccessActor, at now: Timestamp) -> Bool {
        do {
            try require(.reviewAccess, of: actor, in: ReviewPlan.scope(branch), at: now)
            return true
        } catch {
            return false
        }
    }

    /// Refuses a branch in which nothing is known, and a role that nobody can have there: a review of nothing proves nothing.
    func requireReviewable(
        _ branch: String,
        _ roleID: String?,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) {
        guard branches.index(branch) != nil else {
            throw AccessRefusal(
                .invalid(pointer: "/branchId"),
                "There is no role and no assignment in the branch \(branch)."
            )
        }
        if let roleID { _ = try knownRole(roleID, for: .removeRoles, to: actor, at: now) }
    }
}
