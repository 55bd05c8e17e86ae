import Backups
import HTTPAPI
import JSON

/// The form of a schedule of backups as it is filled in: by the names of its fields.
struct BackupScheduleForm {
    typealias Frequency = BackupSchedule.Frequency

    private static let kept: [(name: String, label: String)] = [
        ("last", "newest"), ("days", "days"), ("daily", "daily"), ("weekly", "weekly"), ("monthly", "monthly"),
        ("yearly", "yearly"),
    ]
    private static let frequencies: [(frequency: Frequency, label: String)] = [
        (.daily, "every day"), (.weekly, "every week"), (.monthly, "every month"), (.hourly, "every hour"),
        (.continuous, "all the time"),
    ]
    private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    private static let labels = [
        "scheduleId": "Name", "kind": "Of", "repository": "In", "frequency": "How often", "time": "At",
        "weekday": "On", "day": "On day", "seconds": "Seconds between two", "zone": "Time zone", "keep": "Keep",
    ]

    /// All fields.
    static let fields =
        ["scheduleId", "kind", "repository", "frequency", "time", "weekday", "day", "seconds", "zone"]
        + kept.map { "keep-\($0.name)" }

    private let filled: [String: String]

    /// What a browser sent; an empty one if nothing.
    init(_ filled: [String: String]? = nil) {
        self.filled = filled ?? ["kind": "incremental", "frequency": "daily", "time": "02:30", "zone": "UTC"]
    }

    // MARK: Reading

    /// The schedule that is asked for, by the rules of `POST /backups/schedule`. Of a frequency only its own fields count.
    ///
    /// - Throws: `JSONDecodingError`.
    func order() throws(JSONDecodingError) -> ScheduleOrder {
        var names = ["scheduleId", "kind", "repository", "frequency", "zone"]
        switch filled["frequency"].flatMap(Frequency.init(rawValue:)) {
        case .continuous: names.append("seconds")
        case .weekly: names += ["time", "weekday"]
        case .monthly: names += ["time", "day"]
        default: names.append("time")
        }
        var object: JSONObject = [:]
        for name in names { object[name] = value(name, isNumber: ["weekday", "day", "seconds"].contains(name)) }
        var keep: JSONObject = [:]
        for (name, _) in Self.kept {
            if let value = value("keep-\(name)", isNumber: true) { keep[name] = value }
        }
        if !keep.isEmpty { object["keep"] = .object(keep) }
        var reader = JSONReader(.object(object))
        let schedule = ScheduleToSet(reading: &reader)
        try reader.finish()
        return schedule.order
    }

    private func value(_ name: String, isNumber: Bool) -> JSONValue? {
        guard let text = filled[name], !text.isEmpty else { return nil }
        if isNumber, let number = Int64(text) { return .number(JSONNumber(number)) }
        return .string(text)
    }

    /// What is wrong, by the labels of the fields.
    static func refusals(_ error: JSONDecodingError) -> [String] {
        error.problems.map { problem in
            let name = problem.pointer.split(separator: "/").first.map(String.init) ?? ""
            return "\(labels[name] ?? "The form"): \(problem.message)"
        }
    }

    // MARK: Showing

    /// As the template has it.
    func values(repositories: [String]) -> [String: Any] {
        var values: [String: Any] = [
            "isFull": filled["kind"] == "full",
            "repositories": Self.options(repositories.map { ($0, $0) }, chosen: filled["repository"]),
            "frequencies": Self.options(
                Self.frequencies.map { ($0.frequency.rawValue, $0.label) },
                chosen: filled["frequency"]
            ),
            "weekdays": Self.options(
                Self.days.enumerated().map { (String($0.offset + 1), $0.element) },
                chosen: filled["weekday"]
            ),
            "kept": Self.kept.map { name, label in
                ["name": "keep-\(name)", "label": label, "value": filled["keep-\(name)"] ?? ""]
            },
        ]
        for name in ["scheduleId", "time", "day", "seconds", "zone"] { values["filled-\(name)"] = filled[name] ?? "" }
        return values
    }

    private static func options(_ options: [(name: String, label: String)], chosen: String?) -> [[String: Any]] {
        options.map { ["name": $0.name, "label": $0.label, "isChosen": $0.name == chosen] }
    }
}
