package import Events
import JSON
import Postgres

/// How a rule was set.
package struct RuleSetting: Sendable, Hashable {
    /// The words in one language.
    package struct Template: Sendable, Hashable {
        /// The language (BCP 47).
        package var locale: String
        /// The title: a Mustache template.
        package var title: String
        /// The text: a Mustache template.
        package var text: String

        /// The words in one language.
        package init(locale: String, title: String, text: String) {
            self.locale = locale
            self.title = title
            self.text = text
        }
    }

    /// Whether it is in force.
    package var isOn: Bool
    /// The category of what it sends.
    package var category: NotificationCategory
    /// The priority of what it sends.
    package var priority: Notifications.Sent.Priority
    /// The words, by language.
    package var templates: [Template]
    /// Where it was set, in the log; nil for a rule as it comes with Daybook.
    package private(set) var setPosition: Int64?

    /// A setting.
    package init(
        isOn: Bool = true,
        _ category: NotificationCategory,
        priority: Notifications.Sent.Priority = .normal,
        templates: [Template]
    ) {
        self.isOn = isOn
        self.category = category
        self.priority = priority
        self.templates = templates
    }

    init(_ row: PostgresRow) throws {
        isOn = try row.decode("is_on", as: Bool.self)
        category = NotificationCategory(rawValue: try row.decode("category", as: String.self)) ?? .announcement
        priority = .init(rawValue: try row.decode("priority", as: String.self)) ?? .normal
        templates = []
        setPosition = try row.decode("set_position", as: Int64.self)
        guard let text = try row.decode("templates", as: String?.self),
            case .array(let elements) = try JSONValue(parsing: Array(text.utf8))
        else { return }
        templates = elements.compactMap { element in
            guard case .object(let object) = element, let locale = object["locale"]?.string,
                let title = object["title"]?.string, let text = object["text"]?.string
            else { return nil }
            return Template(locale: locale, title: title, text: text)
        }
    }
}
