import Events
import JSON
import Logging
import Monitoring
import Time

/// A change of level to make.
struct LevelChange: JSONReadable {
    let target: Logs.LevelChanged.Target
    let level: Logger.Level
    let reason: String?

    static let schema = Schema.object(
        .optional("target", .choice(Logs.LevelChanged.Target.self).described("Of what; output where left out")),
        .required("level", .choice(Logs.LevelChanged.Level.self)),
        .optional("reason", .string(StringRule(1...2_000, .text)))
    )

    init(reading reader: inout JSONReader) {
        target = reader.choiceIfPresent("target") ?? .output
        let named: Logs.LevelChanged.Level = reader.choice("level")
        level = Logger.Level(rawValue: named.rawValue) ?? .info
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
    }
}

/// An alert to raise.
struct AlertToRaise: JSONReadable {
    let type: String
    let severity: AlertRule.Severity
    let message: String

    static let schema = Schema.object(
        .required("type", .string(StringRule(1...100, .line)).described("What kind of anomaly it is")),
        .required("severity", .choice(AlertRule.Severity.self)),
        .required("message", .string(StringRule(1...2_000, .text)))
    )

    init(reading reader: inout JSONReader) {
        type = reader.string("type", StringRule(1...100, .line))
        severity = reader.choice("severity")
        message = reader.string("message", StringRule(1...2_000, .text))
    }
}

/// Why an alert is over.
struct AlertResolution: JSONReadable {
    let reason: String?

    static let schema = Schema.object(.optional("reason", .string(StringRule(1...2_000, .text))))

    init(reading reader: inout JSONReader) {
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
    }
}

/// A rule to silence.
struct Silence: JSONReadable {
    let rule: String
    let until: Timestamp
    let reason: String?

    static let schema = Schema.object(
        .required("rule", .string(StringRule(1...100, .line))),
        .required("until", .timestamp.described("Until when; a time that is past ends a silence")),
        .optional("reason", .string(StringRule(1...2_000, .text)))
    )

    init(reading reader: inout JSONReader) {
        rule = reader.string("rule", StringRule(1...100, .line))
        until = reader.timestamp("until")
        reason = reader.stringIfPresent("reason", StringRule(1...2_000, .text))
    }
}
