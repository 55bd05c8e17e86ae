import Dispatch

/// Runs tasks on threads of their own: for what lets a thread go on that a test holds up. The threads that tasks share are as
/// few as the machine has cores, and others may hold them up as well.
package final class OwnThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "own-threads", attributes: .concurrent)

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
