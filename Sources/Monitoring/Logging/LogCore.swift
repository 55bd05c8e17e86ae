import Foundation
import Logging
package import Synchronization

/// Where all log entries of a process go: to its output as JSON lines, and to whoever makes events of them.
///
/// A caller pays for taking the entry down, no more. A thread of its own formats, redacts and writes; it shares no lock
/// with anything that a log entry could be about. Both buffers are bounded: what comes when they are full is counted and
/// not kept.
package final class LogCore: Sendable {
    /// How many entries may wait to be written.
    package static let capacity = 8_192
    /// How many entries may wait to become events.
    package static let eventCapacity = 4_096

    /// What is at or above a level is written or recorded; changed while the process runs.
    package let levels: LogLevels
    private let form: @Sendable (RecordedEntry) -> [UInt8]
    private let write: @Sendable ([UInt8]) -> Void
    private let waiting = Mutex<[LogRecord]>([])
    private let forEvents = Mutex<[RecordedEntry]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let written = Atomic<Int64>(0)
    private let taken = Atomic<Int64>(0)
    private let isRecording = Atomic<Bool>(false)
    private let isClosed = Atomic<Bool>(false)

    /// Entries that were not kept because the writer fell behind.
    package let droppedLines = Atomic<Int64>(0)
    /// Entries that did not become events because too many waited.
    package let droppedEvents = Atomic<Int64>(0)
    /// Entries about recording that did not become events, so that recording cannot feed itself.
    package let suppressedEvents = Atomic<Int64>(0)
    /// While recording fails, what it makes others say is not recorded.
    package let isFailing = Atomic<Bool>(false)

    /// A core whose thread begins at once.
    ///
    /// - Parameters:
    ///   - form: an entry as a line; JSON unless said otherwise.
    ///   - write: takes whole lines, on the core's own thread.
    package init(
        levels: LogLevels,
        form: @escaping @Sendable (RecordedEntry) -> [UInt8] = { $0.line },
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.levels = levels
        self.form = form
        self.write = write
        // The thread keeps the core: there is one in a process, and it lasts as long.
        let thread = Thread {
            while !self.isClosed.load(ordering: .relaxed) { self.waitAndWrite() }
        }
        thread.name = "daybook-log"
        thread.start()
    }

    /// A core that writes to standard output.
    package static func standardOutput(_ levels: LogLevels) -> LogCore {
        LogCore(levels: levels) { Self.write($0, to: STDOUT_FILENO) }
    }

    /// Takes an entry down.
    func take(_ record: LogRecord) {
        let isFirst = waiting.withLock { waiting -> Bool? in
            guard waiting.count < Self.capacity else { return nil }
            waiting.append(record)
            return waiting.count == 1
        }
        guard let isFirst else {
            droppedLines.wrappingAdd(1, ordering: .relaxed)
            return
        }
        taken.wrappingAdd(1, ordering: .relaxed)
        if isFirst { signal.signal() }
    }

    /// Returns once everything that was taken down before has been written, or when the time is up.
    package func settle(within patience: Duration) async {
        let goal = taken.load(ordering: .relaxed)
        let end = ContinuousClock.now + patience
        signal.signal()
        while written.load(ordering: .acquiring) < goal, ContinuousClock.now < end {
            do { try await Task.sleep(for: .milliseconds(1)) } catch { await Task.yield() }
        }
    }

    /// The same for a thread that may wait, such as that of a process that ends: for two seconds at most.
    package func flush() {
        let goal = taken.load(ordering: .relaxed)
        signal.signal()
        for _ in 0..<2_000 where written.load(ordering: .acquiring) < goal { usleep(1_000) }
    }

    /// Writes what was taken down, and ends the thread.
    package func close() {
        flush()
        isClosed.store(true, ordering: .relaxed)
        signal.signal()
    }

    // MARK: Events

    /// From here on entries wait to become events; before, none is kept for that.
    package func beginRecording() { isRecording.store(true, ordering: .relaxed) }

    /// From here on none is kept.
    package func endRecording() { isRecording.store(false, ordering: .relaxed) }

    /// Up to so many entries that are to become events, oldest first.
    func takeForEvents(_ limit: Int) -> [RecordedEntry] {
        forEvents.withLock { entries in
            let count = min(limit, entries.count)
            defer { entries.removeFirst(count) }
            return Array(entries.prefix(count))
        }
    }

    /// How many entries about failing recording were left out since the last time.
    func suppressedWhileFailing() -> Int64 { suppressedEvents.exchange(0, ordering: .relaxed) }

    /// How many entries wait to become events.
    package var waitingForEvents: Int { forEvents.withLock { $0.count } }

    // MARK: The thread

    fileprivate func waitAndWrite() {
        signal.wait()
        // What comes within a few milliseconds is written along, and wakes nobody.
        usleep(2_000)
        let records = waiting.withLock { waiting in
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
        guard !records.isEmpty else { return }
        var lines: [UInt8] = []
        lines.reserveCapacity(records.count * 256)
        for record in records {
            let entry = RecordedEntry(record)
            if record.isWritten { lines += form(entry) }
            if record.isRecorded { keepForEvents(entry) }
        }
        if !lines.isEmpty { write(lines) }
        written.wrappingAdd(Int64(records.count), ordering: .releasing)
    }

    private func keepForEvents(_ entry: RecordedEntry) {
        guard isRecording.load(ordering: .relaxed) else { return }
        if entry.isAboutRecording {
            // At info and below they only tell of the ordinary course, which an entry's own event is part of.
            if entry.level < .warning { return }
            if isFailing.load(ordering: .relaxed) {
                suppressedEvents.wrappingAdd(1, ordering: .relaxed)
                return
            }
        }
        let isKept = forEvents.withLock { entries in
            guard entries.count < Self.eventCapacity else { return false }
            entries.append(entry)
            return true
        }
        if !isKept { droppedEvents.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Nobody is left to be told that the output is closed.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    usleep(1_000)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
