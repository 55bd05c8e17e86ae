/// Whom a notification is for. Who that is is found out once, when it is sent.
package enum Audience: Sendable, Hashable {
    /// These users.
    case users([String])
    /// Who has a role, or one that inherits from it.
    case role(String)
    /// Who is enrolled in a course, and who teaches it.
    case course(String)
    /// The members of a class, and who teaches it.
    case schoolClass(String)
    /// Everybody of the branch.
    case branch
}
