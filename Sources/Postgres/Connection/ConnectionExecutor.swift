import Dispatch

/// Runs one connection's work on one dispatch queue, which its readiness events use as well.
///
/// The queue has a thread of its own while there is work, outside the cooperative pool, so that it may wait for the
/// socket for a moment without holding up anybody else.
final class ConnectionExecutor: SerialExecutor {
    let queue = DispatchQueue(label: "postgres.connection")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
