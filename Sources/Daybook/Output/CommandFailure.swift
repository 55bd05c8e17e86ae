/// The end of a command that did not succeed: what to tell the person, and the exit status for scripts.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    var description: String { message }
}
