/// Why something is held back, or not delivered at all.
package enum DeliveryReason: String, Sendable, CaseIterable {
    /// The recipient does not want this category by this way.
    case preference
    /// The recipient muted everything for a while.
    case muted
    /// It came in hours in which the recipient does not want to be disturbed.
    case quietHours = "quiet-hours"
    /// It comes with others, at the time of the recipient's digest.
    case digest
    /// The recipient has no address or device for this way.
    case noAddress = "no-address"
    /// The institution has not connected this way.
    case notConnected = "not-connected"
    /// It was of no use any more.
    case expired
    /// A later one took its place.
    case replaced
    /// The recipient does not belong to the audience any more.
    case lostAccess = "lost-access"
    /// Somebody asked for it to be tried again.
    case retryRequested = "retry-requested"
    /// Where it goes nobody answers, or slowly: it waits until somebody may again.
    case hostAway = "host-away"
    /// It could not be decided whether the recipient is to be told by this way.
    case undecidable
    /// What it says was erased.
    case erased
    /// It was on its way before the log was restored from a backup: it may have been sent since, or this is a copy.
    case restored
}
