#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A question that has to be answered by typing a word, before something is done that many would notice.
enum Confirmation {
    /// Returns when the person typed the word.
    ///
    /// - Throws: `CommandFailure(.refused)` for any other answer, `.usage` where nobody can be asked.
    static func ask(_ question: String, word: String, _ console: Console) async throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(.usage, "This has to be confirmed, and nobody is there to be asked: add --yes.")
        }
        try console.errors.write("\(TerminalText.lines(question))\nType “\(word)” to go on: ")
        guard try await line() == word else { throw CommandFailure(.refused, "Not confirmed; nothing was done.") }
    }

    /// A line of standard input. Ctrl-C ends the waiting, which a plain read would not notice.
    private static func line() async throws -> String {
        var bytes: [UInt8] = []
        while true {
            try Task.checkCancellation()
            var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, 0) > 0 else {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
        }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
