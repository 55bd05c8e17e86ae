/// What kind of thing a notification is about: what its recipients choose by.
package enum NotificationCategory: String, Sendable, CaseIterable {
    case announcement
    case message
    case attendance
    case fee
    case assignment
    case submission
    case grade
    case schedule
    case leave
    /// About somebody's access or the safety of the institution.
    case security

    /// Whether people are told whatever they prefer. Quiet hours still hold it back unless it is urgent.
    package var isMandatory: Bool { self == .security }
}
