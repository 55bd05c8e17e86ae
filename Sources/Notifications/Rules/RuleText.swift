import Mustache

/// Fills the templates of a rule.
enum RuleText {
    private static let longestTitle = 200
    private static let longestText = 4_000

    /// Title and text of a message in the language that is wanted, or in the first one there is.
    static func render(
        _ message: RuleMessage,
        _ templates: [RuleSetting.Template],
        locale: String?
    ) throws -> (title: String, text: String, locale: String) {
        guard let template = choose(templates, locale) else {
            throw NotificationError(
                .invalid(pointer: "/templates"),
                "The rule “\(message.rule.rawValue)” has no words."
            )
        }
        do {
            let title = try fill(template.title, message.values, longest: longestTitle)
            let text = try fill(template.text, message.values, longest: longestText)
            return (title.isEmpty ? message.rule.rawValue : title, text, template.locale)
        } catch {
            throw NotificationError(
                .invalid(pointer: "/templates"),
                "The words of the rule “\(message.rule.rawValue)” cannot be filled in."
            )
        }
    }

    /// Refuses templates that cannot be filled.
    static func check(_ templates: [RuleSetting.Template], of rule: NotificationRule) throws(NotificationError) {
        guard !templates.isEmpty else {
            throw NotificationError(.invalid(pointer: "/templates"), "A rule needs words in one language at least.")
        }
        for (index, template) in templates.enumerated() {
            for (field, text) in [("title", template.title), ("text", template.text)] {
                let pointer = "/templates/\(index)/\(field)"
                let names = "What it may name: \(rule.names.joined(separator: ", "))."
                let unknown: Set<String>
                do { unknown = try RuleTemplateNames.unknown(in: text, of: rule) } catch {
                    throw NotificationError(.invalid(pointer: pointer), "This is not a Mustache template. \(names)")
                }
                guard let name = unknown.min() else { continue }
                throw NotificationError(.invalid(pointer: pointer), "The rule knows no “\(name)”. \(names)")
            }
        }
    }

    /// The language of the words that somebody gets who wants a language.
    static func locale(of wanted: String?, among templates: [RuleSetting.Template]) -> String {
        choose(templates, wanted)?.locale ?? ""
    }

    /// By BCP 47 lookup (RFC 4647, section 3.4): `de-CH`, then `de`, then the first.
    private static func choose(_ templates: [RuleSetting.Template], _ locale: String?) -> RuleSetting.Template? {
        var wanted = locale?.lowercased() ?? ""
        while !wanted.isEmpty {
            if let found = templates.first(where: { $0.locale.lowercased() == wanted }) { return found }
            wanted = wanted.lastIndex(of: "-").map { String(wanted[..<$0]) } ?? ""
        }
        return templates.first
    }

    private static func fill(_ template: String, _ values: [String: String], longest: Int) throws -> String {
        String(try plain(template).render(values).prefix(longest))
    }

    /// The words are plain text: nothing in them is escaped.
    static func plain(_ template: String) throws -> MustacheTemplate {
        try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + template)
    }
}
