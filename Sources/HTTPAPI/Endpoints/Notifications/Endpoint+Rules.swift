import Access
import EventStore
import Events
import JSON
import Notifications

extension Endpoint {
    /// What is told when something happens.
    static func rules(_ access: NotificationAccess) -> [Endpoint] { [listRules(access), setRule(access)] }

    /// `GET /notifications/rules`.
    private static func listRules(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/rules",
            "See what is told to whom when something happens",
            tag: "notifications",
            access: .permission(BuiltInPermission.readNotificationRules.name),
            outputs: .json(.ok, .object(.required("items", .array(of: .notificationRule))), "Every rule."),
            problems: .unavailable
        ) { _ in
            let rules = try await access.service.rules()
            return .json { writer in
                writer.object { writer in
                    writer.member(
                        "items",
                        array: { writer in
                            for rule in rules {
                                rule.rule.write(to: &writer, rule.setting, isOriginal: rule.isOriginal)
                            }
                        }
                    )
                }
            }
        }
    }

    /// `PUT /notifications/rules/{ruleId}`.
    private static func setRule(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .put,
            "/notifications/rules/{ruleId}",
            "Switch a rule, or give it other words",
            details:
                "All of it is set: what is left out is as it comes with Daybook. Templates are Mustache, without escapes. "
                + "Category `security` and priority `urgent` take the permissions that sending such takes.",
            tag: "notifications",
            access: .permission(BuiltInPermission.setNotificationRules.name),
            inputs: Path("ruleId", .choice(NotificationRule.self), "The rule."),
            IdempotencyHeader(),
            JSONBody(RuleToSet.self),
            outputs: .json(.ok, .receipt, "It holds from now on."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, rule, key, body in
            let setting = body.setting(of: rule)
            try await access.requirePassingPreferences(setting.category, setting.priority, in: .institution, context)
            return .receipt(try await access.service.set(rule, setting, by: Author(context, key)))
        }
    }
}

/// A rule as a request sets it.
struct RuleToSet: JSONReadable {
    private let isOn: Bool?
    private let category: NotificationCategory?
    private let priority: Notifications.Sent.Priority?
    private let templates: [RuleSetting.Template]?

    private static let locale = StringRule(1...35, .init("A-Za-z0-9-"))

    static let schema = Schema.object(
        .optional("isOn", .boolean),
        .optional("category", .choice(NotificationCategory.self)),
        .optional("priority", .choice(Notifications.Sent.Priority.self)),
        .optional("templates", .ruleTemplates)
    )

    init(reading reader: inout JSONReader) {
        isOn = reader.boolIfPresent("isOn")
        category = reader.choiceIfPresent("category")
        priority = reader.choiceIfPresent("priority")
        templates = reader.listIfPresent("templates", count: 1...50) { element in
            RuleSetting.Template(
                locale: element.string("locale", Self.locale),
                title: element.string("title", StringRule(1...400, .line)),
                text: element.string("text", StringRule(0...8_000, .text))
            )
        }
    }

    func setting(of rule: NotificationRule) -> RuleSetting {
        var setting = rule.original
        if let isOn { setting.isOn = isOn }
        if let category { setting.category = category }
        if let priority { setting.priority = priority }
        if let templates { setting.templates = templates }
        return setting
    }
}

extension Schema {
    static let ruleTemplates = Schema.array(
        of: .object(
            .required("locale", .string().described("The language (BCP 47)")),
            .required("title", .string()),
            .required("text", .string())
        ),
        count: 1...50
    ).described("The words, by language; the first one for whoever wants another")

    static let notificationRule = Schema.object(
        .required("ruleId", .identifier),
        .required("summary", .string()),
        .required("events", .array(of: .string()).described("The types of event that it follows")),
        .required("names", .array(of: .string()).described("What its templates may name")),
        .required("isOn", .boolean),
        .required("isOriginal", .boolean.described("Whether nobody set it")),
        .required("category", .string()),
        .required("priority", .string()),
        .required("templates", ruleTemplates)
    ).named("NotificationRule")
}

extension NotificationRule {
    fileprivate func write(to writer: inout JSONWriter, _ setting: RuleSetting, isOriginal: Bool) {
        writer.object { writer in
            writer.member("ruleId", rawValue)
            writer.member("summary", summary)
            writer.member(
                "events",
                array: { writer in
                    for type in types.map(\.rawValue).sorted() { writer.value(type) }
                }
            )
            writer.member("names", array: { writer in for name in names { writer.value(name) } })
            writer.member("isOn", setting.isOn)
            writer.member("isOriginal", isOriginal)
            writer.member("category", setting.category.rawValue)
            writer.member("priority", setting.priority.rawValue)
            writer.member(
                "templates",
                array: { writer in
                    for template in setting.templates {
                        writer.object { writer in
                            writer.member("locale", template.locale)
                            writer.member("title", template.title)
                            writer.member("text", template.text)
                        }
                    }
                }
            )
        }
    }
}
