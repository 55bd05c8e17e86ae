import DequeModule

/// Decides which command has the connection: one at a time, in the order in which they came.
///
/// Pure: it performs nothing and answers each event with what the connection has to do. The actor only carries that
/// out, so every interleaving can be tested without a server.
struct CommandQueue: ~Copyable {
    /// Names one command for as long as the connection lives.
    typealias Turn = UInt64

    /// Why a command is to stop early.
    enum Interruption: Sendable, Hashable {
        case cancelled
        case deadlineExceeded
    }

    enum Submission {
        /// The connection is free: go ahead.
        case run(Turn)
        /// Others are before it: wait until told.
        case wait(Turn)
        case refuse(PostgresError)
    }

    enum Interrupt: Equatable {
        /// It had not begun: take it out and fail it.
        case withdraw
        /// It is under way: wake it, so that it cancels on the server and clears the line.
        case wake
        /// It is over, or stopping already.
        case ignore
    }

    private var last: Turn = 0
    private(set) var running: Turn?
    /// Set while the running command is being stopped.
    private(set) var interruption: Interruption?
    private var waiting: Deque<Turn> = []
    /// Why nothing more is taken.
    private(set) var closure: PostgresError?

    var isIdle: Bool { running == nil && waiting.isEmpty }

    /// A command wants the connection.
    mutating func submit() -> Submission {
        if let closure { return .refuse(closure) }
        last += 1
        if running == nil {
            running = last
            return .run(last)
        }
        waiting.append(last)
        return .wait(last)
    }

    /// The running command is done and the line is clear. Answers whose turn it is, if anybody's.
    mutating func finish(_ turn: Turn) -> Turn? {
        guard running == turn else { return nil }
        interruption = nil
        running = waiting.popFirst()
        return running
    }

    /// A command's task was cancelled or its time ran out.
    mutating func interrupt(_ turn: Turn, _ reason: Interruption) -> Interrupt {
        if running == turn {
            if interruption != nil { return .ignore }
            interruption = reason
            return .wake
        }
        guard let place = waiting.firstIndex(of: turn) else { return .ignore }
        waiting.remove(at: place)
        return .withdraw
    }

    /// The connection broke or was closed. Answers who waited in vain; the running command ends by itself.
    mutating func close(_ error: PostgresError) -> [Turn] {
        if closure == nil { closure = error }
        defer { waiting.removeAll() }
        return Array(waiting)
    }
}
