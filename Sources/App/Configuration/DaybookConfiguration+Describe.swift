extension DaybookConfiguration {
    /// The keys as lines for `--help`, none longer than a terminal is wide.
    package static func describe() -> String {
        ConfigurationKey.all.map { key in
            let flag = key.flag.map { " Also \($0)." } ?? ""
            let text = "\(key.summary)\(flag) Default: \(key.defaultValue)."
            return "  \(key.variable)\n" + wrapped(text, indent: 6, width: 78)
        }
        .joined(separator: "\n")
    }

    private static func wrapped(_ text: String, indent: Int, width: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines = [margin]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.count + 1 + word.count > width, line.count > indent {
                lines.append(margin + word)
            } else {
                lines[lines.count - 1] = line.count == indent ? line + word : "\(line) \(word)"
            }
        }
        return lines.joined(separator: "\n")
    }
}
