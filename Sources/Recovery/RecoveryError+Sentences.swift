extension RecoveryError {
    static let nobodyLeft = RecoveryError(
        .lastAdministrator,
        "At that moment nobody could administer the institution for good. Choose a moment at which somebody could."
    )

    static let unknownPreview = RecoveryError(
        .unknownPreview,
        "This is not the token of a preview that you were shown. Preview the restore, and confirm that."
    )

    static let outdatedPreview = RecoveryError(
        .outdatedPreview,
        "What the preview showed has changed since. Preview again, and confirm what you see then."
    )

    static let notYet = RecoveryError(
        .noSuchMoment,
        "That time has not come yet, so nobody knows what will have been recorded by then. Choose an earlier one."
    )

    static func insideAnAppend(_ position: Int64, before: Int64, after: Int64) -> RecoveryError {
        let choice =
            before < 0
            ? "Choose position \(after), right after it."
            : "Choose position \(before), right before it, or \(after), right after it."
        return RecoveryError(
            .noSuchMoment,
            "Position \(position) lies within what was appended at once and only holds as a whole. \(choice)"
        )
    }

    static func noSuchMoment(_ size: Int64) -> RecoveryError {
        RecoveryError(
            .noSuchMoment,
            "The log has no event then: its positions go from 0 to \(size - 1). Choose one of them, or a later time."
        )
    }
}
