import CLibpq
import Dispatch

/// What it takes to ask the server to stop what a connection is doing.
final class CancelToken: Sendable {
    // Never written after creation; libpq documents PQcancel as safe from any thread while the object lives.
    nonisolated(unsafe) private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQfreeCancel(pointer)
    }

    /// Sends the request. Returns once the server has taken it, or could not be reached.
    ///
    /// Blocks a thread outside every executor meanwhile.
    func request() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
                    _ = PQcancel(self.pointer, message.baseAddress, Int32(message.count))
                }
                continuation.resume()
            }
        }
    }
}
