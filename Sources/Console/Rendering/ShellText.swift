/// Text as it stands in a command that people copy into a shell.
enum ShellText {
    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+".unicodeScalars
    )

    /// One argument: as it is where that is plain, else within single quotes (POSIX shell, 2.2.2).
    static func argument(_ text: String) -> String {
        let isOption = text.hasPrefix("-")
        if !text.isEmpty, !isOption, text.unicodeScalars.allSatisfy(plain.contains) { return text }
        return "'" + (isOption ? "./" : "") + text.replacing("'", with: "'\\''") + "'"
    }
}
