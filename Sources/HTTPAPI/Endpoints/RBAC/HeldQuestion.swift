import Access
import Caching

/// What somebody may do, asked by one who may ask.
struct HeldQuestion: Sendable {
    let user: String
    let scope: AccessScope
    let page: PageRequest
    let isOfNow: Bool

    /// The answer as it goes out, and how many permissions it was made from; it is kept for as long as neither an event
    /// nor the clock changes it.
    func answer(
        _ search: AccessSearch,
        _ answers: CachedAnswers?,
        _ context: RequestContext
    ) async throws -> (Reply, Int) {
        guard isOfNow, let answers else { return made(search, context) }
        // Access is answered as it is now in every replica: nothing older may come from the cache.
        answers.cache.horizon.saw(search.size)
        let kept = try await answers.answer(
            .permissionAnswers,
            reach: "all",
            tags: [.model("access"), .model("identity"), .subject("permissions", user), .anySubject("permissions")],
            context.form
        ) { _ in
            let (reply, count) = made(search, context)
            var counted = reply
            // The count goes with the answer, in the place of its position, which is that of the search.
            counted.position = Int64(count)
            return CachedAnswers.Made(
                reply: counted,
                size: search.size,
                until: search.model.nextBoundary(of: user, after: search.now)
            )
        }
        guard var reply = kept?.reply, let count = reply.position else { return made(search, context) }
        reply.position = Reply.position(ofSize: search.size)
        reply.version = reply.position.map { EntityVersion($0, variant: reply.version?.variant) }
        return (reply, Int(count))
    }

    private func made(_ search: AccessSearch, _ context: RequestContext) -> (Reply, Int) {
        let held = search.model.permissions(of: user, in: scope, at: search.now)
            .filter { permission in page.after.map { $0.key.precedesByBytes(permission.name) } ?? true }
            .prefix(page.limit + 1)
        let answer = AccessAnswer(value: Array(held), size: search.size)
        return (.listing(answer, .held, page: page, context) { $0.name }, held.count)
    }
}
