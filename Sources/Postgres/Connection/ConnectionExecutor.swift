import Dispatch

/// Runs one connection's work on one dispatch queue, which its readiness events use as well.
///
/// The queue has a thread of its own while there is work, outside the cooperative pool, so that it may wait for the
/// socket for a moment without holding up anybody else. As a task executor it runs the code that borrowed the
/// connection on that same thread: a statement then costs no change of thread.
package final class ConnectionExecutor: SerialExecutor, TaskExecutor {
    let queue = DispatchQueue(label: "postgres.connection")

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(),
                taskExecutor: self.asUnownedTaskExecutor()
            )
        }
    }

    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
