package import EventStore
import Events
import Foundation
import OpenSSL

extension NotificationService {
    /// Every rule as it is in force.
    package func rules() async throws -> [(rule: NotificationRule, setting: RuleSetting, isOriginal: Bool)] {
        let set = try await reader.rules()
        return NotificationRule.allCases.map { rule in
            let setting = set[rule.rawValue]
            return (rule, setting ?? rule.original, setting == nil)
        }
    }

    /// Sets a rule: all of it.
    package func set(_ rule: NotificationRule, _ setting: RuleSetting, by actor: Author) async throws
        -> Receipt
    {
        try RuleText.check(setting.templates, of: rule)
        let event = Notifications.RuleSet(
            ruleID: rule.rawValue,
            isOn: setting.isOn,
            category: setting.category.rawValue,
            priority: .init(rawValue: setting.priority.rawValue) ?? .normal,
            templates: setting.templates.map { .init(locale: $0.locale, title: $0.title, text: $0.text) }
        )
        return try await append([event], to: NotificationStream.rules, by: actor)
    }

    /// Tells what a rule has to tell, in each recipient's language.
    ///
    /// - Parameter cause: the event that it follows from; told once for each, however often this is called.
    /// - Returns: what was sent: nothing where the rule is off, or nobody of the audience is a user.
    func tell(
        _ message: RuleMessage,
        _ setting: RuleSetting,
        cause: UUID? = nil,
        by actor: Author
    ) async throws -> [SentNotification] {
        guard setting.isOn else { return [] }
        var recipients = try await audiences.recipients(of: message.audience, in: message.branch, at: clock())
        // Of several not all may have been told; who was is left out, in whichever language that was.
        if let cause, message.audience.onlyUser == nil {
            let told = try await reader.told(by: message.rule, of: cause)
            recipients.removeAll { told.contains($0) }
            if recipients.isEmpty { return [] }
        }
        let groups = try await byLanguage(recipients, setting.templates)
        var sent: [SentNotification] = []
        for (locale, users) in groups.sorted(by: { $0.key < $1.key }) {
            let words = try RuleText.render(message, setting.templates, locale: locale)
            let draft = NotificationDraft(
                setting.category,
                priority: setting.priority,
                title: words.title,
                text: words.text,
                locale: words.locale,
                link: message.link,
                collapseKey: message.collapseKey,
                expiresAt: message.expiresAt
            )
            try draft.check(at: clock())
            do {
                sent.append(
                    try await send(
                        draft,
                        to: message.audience,
                        users,
                        in: message.branch,
                        ruleID: message.rule.rawValue,
                        id: cause.map { Self.id(message, message.audience.onlyUser == nil ? locale : "", $0) },
                        causationID: cause,
                        by: actor
                    )
                )
            } catch let error as AppendError {
                // These were told already: by another replica, or before this one was stopped. Others may not have been.
                guard cause != nil, case .versionConflict = error.code else { throw error }
            }
        }
        return sent
    }

    /// Users by the language of the template that they get.
    private func byLanguage(
        _ users: [String],
        _ templates: [RuleSetting.Template]
    ) async throws -> [String: [String]] {
        guard templates.count > 1 else { return [templates.first?.locale ?? "": users] }
        let wanted = try await reader.preferences(of: users, at: .now, now: clock()).value
        return Dictionary(grouping: users) { user in
            RuleText.locale(of: wanted[user]?.locale, among: templates)
        }
    }

    /// The same for the same cause, so that a message is sent once: SHA-256 in the form of a UUID (RFC 9562, version 8). One
    /// user is told in one language alone, whose name does not count.
    static func id(_ message: RuleMessage, _ locale: String, _ cause: UUID) -> String {
        let audience: String =
            switch message.audience {
            case .users(let users): users.joined(separator: ",")
            case let other: other.id ?? ""
            }
        var bytes = [UInt8](
            SHA256.hash("daybook rule\n\(message.rule.rawValue)\n\(cause)\n\(locale)\n\(audience)").bytes.prefix(16)
        )
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Hex.encode(bytes)
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { from, to in
            String(hex.dropFirst(from).prefix(to - from))
        }.joined(separator: "-")
    }
}
