package import Time

extension AccessModel {
    /// The next moment after `now` at which something that a user was assigned starts or ends; nil if nothing does.
    ///
    /// Until then no answer about the user changes but by an event.
    package func nextBoundary(of user: String, after now: Timestamp) -> Timestamp? {
        (users[ExactKey(user)]?.grants ?? [])
            .flatMap { [$0.from, $0.until] }
            .filter { $0 > now && $0 < .latest }
            .min()
    }
}
