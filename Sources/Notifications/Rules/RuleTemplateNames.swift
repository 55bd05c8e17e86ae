import Mustache

/// What a template asks for, found out by filling it with everything and with nothing.
final class RuleTemplateNames: MustacheParent {
    private let known: Set<String>
    private let hasValues: Bool
    private var unknown: Set<String> = []

    private init(_ known: [String], hasValues: Bool) {
        self.known = Set(known)
        self.hasValues = hasValues
    }

    /// Which names in a template a rule has nothing for.
    static func unknown(in template: String, of rule: NotificationRule) throws -> Set<String> {
        let template = try RuleText.plain(template)
        // A section is looked into where its value is there, an inverted one where it is not.
        return [true, false].reduce(into: []) { unknown, hasValues in
            let names = RuleTemplateNames(rule.names, hasValues: hasValues)
            _ = template.render(names)
            unknown.formUnion(names.unknown)
        }
    }

    func child(named name: String) -> Any? {
        guard known.contains(name) else {
            unknown.insert(name)
            return nil
        }
        return hasValues ? "x" : nil
    }
}
