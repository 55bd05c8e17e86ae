import CCurl
import Synchronization

/// The thread of a client: takes what callers submit, and drives all of it at once.
final class CurlLoop: Sendable {
    struct Submission: Sendable {
        let id: Int
        let request: CurlRequest
        let continuation: CheckedContinuation<Result<CurlAnswer, CurlError>, Never>
    }

    /// Owns the library's handle of several transfers.
    private final class Multi: Sendable {
        // Never written after creation; from other threads only `curl_multi_wakeup` is called, which the library allows.
        nonisolated(unsafe) let pointer: UnsafeMutableRawPointer

        init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
        deinit { curl_multi_cleanup(pointer) }
    }

    private struct State {
        var nextID = 0
        var submitted: [Submission] = []
        var cancelled: [Int] = []
        var isStopping = false
    }

    /// `curl_global_init`, once in a process.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    /// How long it rests at most where nothing wakes it, in milliseconds.
    private static let rest: Int32 = 60_000

    private let reach: CurlReach
    private let multi: Multi
    private let state = Mutex(State())

    init(reach: CurlReach) throws(CurlError) {
        guard Self.isReady, let pointer = curl_multi_init() else {
            throw CurlError(.invalid, "libcurl could not be set up.")
        }
        self.reach = reach
        multi = Multi(pointer)
    }

    // MARK: From any thread

    func newID() -> Int {
        state.withLock {
            $0.nextID += 1
            return $0.nextID
        }
    }

    func submit(_ submission: Submission) {
        let isTaken = state.withLock { state in
            guard !state.isStopping else { return false }
            state.submitted.append(submission)
            return true
        }
        guard isTaken else { return submission.continuation.resume(returning: .failure(Self.cancelled)) }
        curl_multi_wakeup(multi.pointer)
    }

    func cancel(_ id: Int) {
        state.withLock { $0.cancelled.append(id) }
        curl_multi_wakeup(multi.pointer)
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        curl_multi_wakeup(multi.pointer)
    }

    // MARK: On its thread

    func run() {
        var transfers: [UnsafeMutableRawPointer: (transfer: CurlTransfer, submission: Submission)] = [:]

        func end(_ handle: UnsafeMutableRawPointer, _ result: (CurlTransfer) -> Result<CurlAnswer, CurlError>) {
            guard let (transfer, submission) = transfers.removeValue(forKey: handle) else { return }
            let result = result(transfer)
            // The handle is the transfer's, which must not be gone before it was taken out.
            withExtendedLifetime(transfer) { _ = curl_multi_remove_handle(multi.pointer, handle) }
            submission.continuation.resume(returning: result)
        }

        while true {
            let work = state.withLock { state in
                defer { (state.submitted, state.cancelled) = ([], []) }
                return state
            }
            for submission in work.submitted {
                do throws(CurlError) {
                    let transfer = try CurlTransfer(submission.request, reach: reach)
                    guard curl_multi_add_handle(multi.pointer, transfer.handle) == CURLM_OK else {
                        throw CurlError(.invalid, "The transfer could not be begun.")
                    }
                    transfers[transfer.handle] = (transfer, submission)
                } catch {
                    submission.continuation.resume(returning: .failure(error))
                }
            }
            for id in work.cancelled {
                guard let handle = transfers.first(where: { $0.value.submission.id == id })?.key else { continue }
                end(handle) { _ in .failure(Self.cancelled) }
            }
            if work.isStopping {
                for handle in Array(transfers.keys) { end(handle) { _ in .failure(Self.cancelled) } }
                return
            }

            var running: Int32 = 0
            curl_multi_perform(multi.pointer, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi.pointer, &left) {
                var code = CURLE_OK
                guard let handle = ccurl_finished(message, &code) else { continue }
                end(handle) { $0.result(code) }
            }
            curl_multi_poll(multi.pointer, nil, 0, Self.rest, nil)
        }
    }

    private static var cancelled: CurlError { CurlError(.cancelled, "The transfer was cancelled.") }
}
