import Access
import JSON

extension Columns<RoleReview> {
    static let roleReviews = Columns(
        "RoleReview",
        .init("reviewId", .identifier) { .string($0.id) },
        .init("branchId", .identifier) { .string($0.branchID) },
        .init("roleId", .identifier.described("Only assignments of this role")) { .optional($0.roleID) },
        .init("openedPosition", .position.described("Its lines are those of this moment")) {
            .integer($0.openedPosition)
        },
        .init("openedAt", .timestamp) { .timestamp($0.openedAt) },
        .init("openedBy", .identifier) { .string($0.openedBy) },
        .init("closedPosition", .position) { .optional($0.closedPosition) },
        .init("closedAt", .timestamp) { .optional($0.closedAt) },
        .init("closedBy", .identifier) { .optional($0.closedBy) }
    )
}

extension Columns<RoleReviewLine> {
    static let roleReviewLines = Columns(
        "RoleReviewLine",
        .init("userId", .identifier) { .string($0.grant.userID) },
        .init("roleId", .identifier) { .string($0.grant.roleID) },
        .init("branchId", .identifier) { .string($0.grant.branchID) },
        .init("assignedPosition", .position.described("The event that assigned it, by which the line is known")) {
            .integer($0.grant.assignedPosition)
        },
        .init("assignedAt", .timestamp) { .timestamp($0.grant.assignedAt) },
        .init("assignedBy", .identifier) { .string($0.grant.assignedBy) },
        .init("expiresAt", .timestamp) { .optional($0.grant.expiresAt) },
        .init("isHeld", .boolean.described("Whether its user has the role there now")) { .boolean($0.held != nil) },
        .init("heldPosition", .position.described("The event by which they have it now")) {
            .optional($0.held?.position)
        },
        .init("decision", .string().described("keep, revoke or none")) {
            .string($0.decided?.decision.rawValue ?? "none")
        },
        .init("decidedPosition", .position) { .optional($0.decided?.position) },
        .init("decidedAt", .timestamp) { .optional($0.decided?.at) },
        .init("decidedBy", .identifier) { .optional($0.decided?.by) },
        .init("isOwnDecision", .boolean.described("Whether it was decided by its own user")) { line in
            line.decided.map { .boolean($0.by == line.grant.userID) } ?? .null
        },
        .init("renewedPosition", .position.described("The newer assignment that was kept or revoked")) {
            .optional($0.decided?.renewedPosition)
        },
        .init("reason", .string()) { .optional($0.decided?.reason) },
        .init("removedPosition", .position.described("The event that took it")) {
            .optional($0.decided?.removedPosition)
        }
    )
}

extension RoleReviewCount {
    func write(to writer: inout JSONWriter) {
        writer.member("kept", kept)
        writer.member("revoked", revoked)
        writer.member("heldAgain", heldAgain)
        writer.member("undecided", undecided)
        writer.member("renewed", renewed)
        writer.member("ended", ended)
    }
}
