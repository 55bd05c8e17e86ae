import Synchronization

/// Shows how far a long piece of work is, on standard error.
///
/// On a terminal a bar is redrawn in place; into a file or a pipe goes a line every few seconds; with `--json` or
/// `--quiet` nothing. May be told of progress from any thread, as often as one likes.
final class ProgressBar: Sendable {
    private struct State {
        var line: ProgressLine
        var lastDrawn: ContinuousClock.Instant?
        var isFinished = false
    }

    private enum Style {
        case none, bar, lines
    }

    private let errors: OutputStream
    private let style: Style
    private let begin = ContinuousClock.now
    private let state: Mutex<State>

    init(_ console: Console, _ title: String, unit: String, total: Int64? = nil) {
        errors = console.errors
        state = Mutex(State(line: ProgressLine(title, unit: unit, total: total)))
        if console.isQuiet || console.isJSON {
            style = .none
        } else {
            style = console.errors.isTerminal ? .bar : .lines
        }
    }

    /// Says how much is done by now, and how much there is where that has changed.
    func update(_ done: Int64, of total: Int64? = nil) {
        guard style != .none else { return }
        state.withLock { state in
            guard !state.isFinished else { return }
            state.line.done = done
            if let total { state.line.total = total }
            let now = ContinuousClock.now
            let pause: Duration = style == .bar ? .milliseconds(100) : .seconds(5)
            // A bar is there at once; a log gets its first line when the work turns out to be long.
            let last = state.lastDrawn ?? (style == .bar ? nil : begin)
            if let last, now - last < pause { return }
            state.lastDrawn = now
            draw(state.line, now - begin)
        }
    }

    /// Ends the display: with what was done in which time, or without a word where the work failed.
    func finish(succeeded: Bool = true) {
        guard style != .none else { return }
        state.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            if style == .bar { try? errors.write("\r\u{1b}[K") }
            if succeeded { try? errors.write(state.line.summary(ContinuousClock.now - begin) + "\n") }
        }
    }

    private func draw(_ line: ProgressLine, _ elapsed: Duration) {
        switch style {
        case .none: break
        case .bar: try? errors.write("\r" + line.bar(elapsed, columns: errors.columns - 1) + "\u{1b}[K")
        case .lines: try? errors.write(line.words(elapsed) + "\n")
        }
    }
}

extension Console {
    /// Shows progress during the body, which is told how to report it.
    func withProgress<R>(
        _ title: String,
        unit: String,
        total: Int64? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ProgressBar) async throws -> R
    ) async throws -> R {
        let bar = ProgressBar(self, title, unit: unit, total: total)
        do {
            let result = try await body(bar)
            bar.finish()
            return result
        } catch {
            bar.finish(succeeded: false)
            throw error
        }
    }
}
