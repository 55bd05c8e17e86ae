/// How requests are recorded.
package struct RequestSettings: Sendable, Hashable {
    /// Of how many thousand requests that went well one each is recorded: 1,000 for all, 0 for none. Those that did
    /// not (status 400 and above) are always recorded.
    package var sampledPerThousand = 1_000
    /// How many requests wait in memory at most, when they come faster than they are recorded.
    package var capacity = 65_536
    /// How many requests one event holds at most.
    package var batch = 500
    /// How many requests wait at most, made into events already, for a log that cannot be written.
    package var waitingRequests = 65_536
    /// How often what came is recorded.
    package var interval = Duration.milliseconds(200)
    /// How often the measurements become an event.
    package var metricsInterval = Duration.seconds(60)

    /// All requests.
    package init() {}
}
