/// A program that hears what changes in an inbox. The hub calls, one call after another, and none may wait.
protocol InboxListener: AnyObject, Sendable {
    /// Whose inbox.
    var user: String { get }

    /// What arrived since the update before, and how many are unread now.
    func hear(_ update: InboxUpdate)

    /// Updates may have been left out: it has to read from where it was.
    func miss()

    /// A while has passed: is to find out whether the program may still hear anything, if that can be found out now.
    func beat() async

    /// A token of the user's was revoked: is to find out whether the program may still hear anything, and returns when that
    /// has taken effect. Where it cannot be found out, the program hears no more.
    func recheck() async

    /// Nothing more comes: the server shuts down.
    func finish()
}
