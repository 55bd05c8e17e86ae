/// How exports are made here.
package struct ExportSettings: Sendable {
    /// How many are made at a time by this server.
    package var workers = 2
    /// How many may wait of one owner.
    package var openPerOwner: Int64 = 100
    /// How many bytes of files are kept for one owner; with more, no further export is made for them.
    package var bytesPerOwner: Int64 = 20_480 << 20
    /// How many schedules one owner may have.
    package var schedulesPerOwner = 100
    /// How many minutes have to lie between the times of a schedule.
    package var leastMinutesApart = 15
    /// For how many days files are kept unless asked otherwise.
    package var keepDays = 30
    /// How often one is tried.
    package var attempts: Int64 = 5
    /// How long one attempt may take.
    package var longest = Duration.seconds(4 * 3_600)
    /// How long rows may be counted before an answer is given, for all that a request asks for together. What is not counted
    /// by then is taken, and counted when it is made.
    package var countingTime = Duration.seconds(10)
    /// What this server is called in events.
    package var node: String?
    /// How many rows are read at a time.
    var batch = 1_000

    /// The usual settings.
    package init() {}
}
