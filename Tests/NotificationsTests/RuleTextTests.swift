import Testing

@testable import Notifications

/// The words of rules.
struct RuleTextTests {
    private static func message(_ values: [String: String]) -> RuleMessage {
        RuleMessage(rule: .attendanceLate, branch: "north", audience: .users(["s"]), values: values)
    }

    private static let words = [
        RuleSetting.Template(
            locale: "en",
            title: "Late for {{course}}",
            text: "{{#minutes}}By {{minutes}}.{{/minutes}}"
        ),
        RuleSetting.Template(locale: "de", title: "Verspätet: {{course}}", text: ""),
        RuleSetting.Template(locale: "de-CH", title: "Zu spät: {{course}}", text: ""),
    ]

    @Test func whatIsFilledInStaysAsItIs() throws {
        let text = try RuleText.render(Self.message(["course": "<b>Art & Craft</b>"]), Self.words, locale: nil)
        #expect(text.title == "Late for <b>Art & Craft</b>")
        #expect(text.text == "")
    }

    @Test func aSectionIsThereOnlyWithItsValue() throws {
        let text = try RuleText.render(Self.message(["course": "Art", "minutes": "10"]), Self.words, locale: "en")
        #expect(text.text == "By 10.")
    }

    @Test(arguments: [
        ("de", "Verspätet: Art"), ("de-AT", "Verspätet: Art"), ("de-ch", "Zu spät: Art"), ("fr", "Late for Art"),
        ("", "Late for Art"),
    ])
    func theNearestLanguageIsTaken(_ locale: String, _ title: String) throws {
        let text = try RuleText.render(Self.message(["course": "Art"]), Self.words, locale: locale)
        #expect(text.title == title)
    }

    @Test(arguments: ["{{#course}}", "{{course", "{{/course}}"])
    func aTemplateThatCannotBeFilledIsRefusedWhereItStands(_ text: String) {
        let templates = [RuleSetting.Template(locale: "en", title: "T", text: text)]
        #expect(throws: NotificationError.self) { try RuleText.check(templates, of: .attendanceLate) }
    }

    @Test func theWordsThatComeWithDaybookCanBeFilled() throws {
        for rule in NotificationRule.allCases {
            try RuleText.check(rule.original.templates, of: rule)
            let values = Dictionary(uniqueKeysWithValues: rule.names.map { ($0, "value-of-\($0)") })
            var message = Self.message(values)
            message.rule = rule
            let text = try RuleText.render(message, rule.original.templates, locale: "en")
            for name in rule.names {
                #expect("\(text.title) \(text.text)".contains("value-of-\(name)"), "\(rule): \(name)")
            }
        }
    }

    @Test(arguments: [
        (Money(1_250, "EUR"), "12.50 EUR"), (Money(5, "EUR"), "0.05 EUR"), (Money(-5, "USD"), "-0.05 USD"),
        (Money(1_250, "JPY"), "1250 JPY"), (Money(1_250, "KWD"), "1.250 KWD"),
        (Money(.min, "EUR"), "-92233720368547758.08 EUR"),
    ])
    func moneyIsWrittenWithTheDigitsOfItsCurrency(_ money: Money, _ text: String) {
        #expect(money.text == text)
    }

    @Test(arguments: [
        ("{{minuts}}", false), ("{{#minutes}}{{cours}}{{/minutes}}", false), ("{{^minutes}}{{x}}{{/minutes}}", false),
        ("{{#x}}a{{/x}}", false), ("{{#course}}{{minutes}}{{.}}{{/course}} {{date}}", true), ("{{! x }}Plain", true),
    ])
    func aTemplateNamesNothingThatTheRuleDoesNotKnow(_ text: String, _ isFit: Bool) {
        let template = RuleSetting.Template(locale: "en", title: "T", text: text)
        do throws(NotificationError) {
            try RuleText.check([template], of: .attendanceLate)
            #expect(isFit)
        } catch {
            #expect(!isFit && error.code == .invalid(pointer: "/templates/0/text"))
        }
    }

    @Test(arguments: NotificationRule.allCases)
    func whatComesWithDaybookNamesWhatItKnows(_ rule: NotificationRule) throws {
        try RuleText.check(rule.original.templates, of: rule)
    }
}
