extension DaybookConfiguration {
    /// The keys as lines for `--help`.
    package static func describe() -> String {
        let width = ConfigurationKey.all.map { $0.variable.count }.max() ?? 0
        return ConfigurationKey.all.map { key in
            let name = key.variable + String(repeating: " ", count: width - key.variable.count)
            let flag = key.flag.map { "Also \($0). " } ?? ""
            return
                "  \(name)  \(key.summary)\n  \(String(repeating: " ", count: width))  \(flag)Default: \(key.defaultValue)."
        }
        .joined(separator: "\n")
    }

    /// The keys as the table of the documentation.
    package static func describeAsMarkdown() -> String {
        let rows = ConfigurationKey.all.map { key in
            let flag = key.flag.map { "`\($0)`" } ?? ""
            return "| `\(key.variable)` | \(flag) | \(key.defaultValue) | \(key.summary) |"
        }
        return (["| variable | flag | default | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
    }
}
