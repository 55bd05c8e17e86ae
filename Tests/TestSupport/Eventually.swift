/// Asks again and again until the answer is yes, and tells whether it ever was.
///
/// What has to come is waited for far longer than any machine takes, so that only what never comes fails.
package func eventually(
    within limit: Duration = .seconds(180),
    every pause: Duration = .milliseconds(10),
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: pause)
    }
    return try await condition()
}
