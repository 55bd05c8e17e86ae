/// A command that access refuses, with the reason. Nothing was recorded.
package struct AccessRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why it is refused.
    package enum Code: Sendable, Hashable {
        /// The role, permission, user or token that the command is about does not exist.
        case notFound
        /// The actor lacks this permission in this branch.
        case forbidden(permission: String, branch: String?)
        /// The branch has a role of this name, or there is a permission of this name.
        case duplicateName
        /// Somebody has the role, or another role inherits from it.
        case roleInUse
        /// The role would inherit from itself, or the permission imply itself.
        case cycle
        /// A permission that is to be granted does not exist.
        case unknownPermission
        /// Duties would be in one hand that are to be kept separate, by this separation.
        case separated(separationID: String)
        /// As many users have the role as may.
        case full
        /// A role is missing that has to be held first, or would be.
        case prerequisite
        /// The user has as many sessions open as anybody may.
        case tooManySessions
        /// The session is not there, not the actor's, or over.
        case noSession
        /// The role that is to be inherited from does not exist.
        case unknownParent
        /// A role of one branch was to be used in another.
        case wrongBranch
        /// The actor would give what it does not hold itself: these permissions.
        case selfEscalation(missing: [String])
        /// Nobody would be left who can administer.
        case lastAdministrator
        /// The user has the role already, or the role the permission.
        case alreadyAssigned
        /// The user does not have the role, or the role not the permission.
        case notAssigned
        /// The log has no event at the position that a read is asked as of.
        case noSuchMoment
        /// The end given is not in the future.
        case expired
        /// The command leaves open which of several things is meant.
        case ambiguous
        /// A value is malformed; where, as a JSON pointer into the request.
        case invalid(pointer: String)
        /// The thing is not at the version that the caller expects.
        case versionConflict
        /// Others changed the same thing again and again while this was being decided.
        case contended
        /// The review has ended.
        case reviewClosed
        /// The role is held by another assignment than the reviewer saw.
        case otherAssignment
        /// The audit read model is behind what was recorded before the question.
        case behind
    }

    /// Why it is refused.
    package var code: Code
    /// A sentence that tells the caller what to do.
    package var message: String
    /// The newest version of the thing that the command is about, where that helps.
    package var currentVersion: Int64?

    /// A refusal with its reason.
    package init(_ code: Code, _ message: String, currentVersion: Int64? = nil) {
        self.code = code
        self.message = message
        self.currentVersion = currentVersion
    }

    /// The sentence.
    package var description: String { message }
}
