import Configuration

/// Reads keys from flags and the environment, flags first, and collects what is wrong with them.
struct ConfigurationSource {
    private let reader: ConfigReader
    private let defaults: [ConfigurationKey: String]
    private(set) var problems: [ConfigurationError.Problem] = []

    init(
        flags: [ConfigurationKey: String],
        environment: [String: String],
        defaults: [ConfigurationKey: String] = [:]
    ) {
        self.defaults = defaults
        let given = flags.map { key, value in
            (AbsoluteConfigKey(Self.components(key)), ConfigValue(.string(value), isSecret: key.isSecret))
        }
        let secrets = Set(ConfigurationKey.all.filter(\.isSecret).map(\.variable))
        self.reader = ConfigReader(providers: [
            InMemoryProvider(name: "flags", values: Dictionary(given) { first, _ in first }),
            EnvironmentVariablesProvider(environmentVariables: environment, secretsSpecifier: .specific(secrets)),
        ])
    }

    /// The text of a key, or nil where it is not given. An empty variable counts as not given: that is how
    /// containers and unit files unset one.
    func text(_ key: ConfigurationKey) -> String? {
        let text = reader.string(forKey: ConfigKey(Self.components(key)), isSecret: key.isSecret)
        guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
        return text
    }

    func text(orDefault key: ConfigurationKey) -> String { text(key) ?? defaults[key] ?? key.defaultValue }

    mutating func integer(_ key: ConfigurationKey, in range: ClosedRange<Int>) -> Int {
        let text = text(orDefault: key)
        if let value = Int(text), range.contains(value) { return value }
        refuse(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(quoted(text)).")
        return range.lowerBound
    }

    /// One of a few words.
    mutating func choice<Value>(
        _ key: ConfigurationKey,
        _ values: [Value],
        named name: (Value) -> String
    ) -> Value? {
        let text = text(orDefault: key)
        if let value = values.first(where: { name($0) == text.lowercased() }) { return value }
        refuse(key, "must be one of \(values.map(name).joined(separator: ", ")), not \(quoted(text)).")
        return nil
    }

    mutating func refuse(_ key: ConfigurationKey, _ message: String) {
        problems.append(ConfigurationError.Problem(key: key, message: message))
    }

    /// `DAYBOOK_DATA_DIR` is the key `daybook.data.dir`, which the environment's provider spells that way again.
    private static func components(_ key: ConfigurationKey) -> [String] {
        key.variable.lowercased().split(separator: "_").map(String.init)
    }

    /// A value as a message shows it: short, and without characters that move a terminal's cursor.
    private func quoted(_ text: String) -> String {
        let shown = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
        return "“\(shown.count > 60 ? shown.prefix(60) + "…" : shown)”"
    }
}
