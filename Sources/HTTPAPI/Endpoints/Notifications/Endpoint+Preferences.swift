import Access
import EventStore
import Events
import JSON
import Notifications

extension Endpoint {
    /// What people want to be told.
    static func preferences(_ access: NotificationAccess) -> [Endpoint] {
        [readPreferences(access), setPreferences(access), mute(access), unmute(access)]
    }

    private static let whose = Query<String?>("userId", .identifier, "Somebody else's; one's own where left out.")

    /// `GET /notifications/preferences`: the plan's getNotificationPreferences.
    private static func readPreferences(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/preferences",
            "Read what somebody wants to be told",
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            AsOf(),
            outputs: .json(.ok, .notificationPreferences, "The preferences."),
            problems: .unavailable
        ) { context, user, asOf in
            let owner = try await access.owner(user, .readInboxes, context)
            let answer = try await access.service.getNotificationPreferences(owner, at: NotificationMoment(asOf))
            return .json(position: Reply.position(ofSize: answer.size)) { answer.value.write(to: &$0, of: owner) }
        }
    }

    /// `POST /notifications/preferences`: the plan's setNotificationPreferences.
    private static func setPreferences(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/preferences",
            "Say what somebody wants to be told",
            details: """
                All of it is set: what is left out is as it comes with Daybook. Notifications of category security come \
                whatever is wanted, and urgent ones in quiet hours too.
                """,
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            IdempotencyHeader(),
            JSONBody(PreferencesToSet.self),
            outputs: .json(.ok, .receipt, "They hold from now on."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, user, key, body in
            let owner = try await access.owner(user, .manageInboxes, context)
            return .receipt(
                try await access.service.setNotificationPreferences(
                    owner,
                    body.preferences,
                    by: Author(context, key)
                )
            )
        }
    }

    /// `POST /notifications/mute`: the plan's muteNotifications.
    private static func mute(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/mute",
            "Mute notifications for a while",
            details: "The inbox fills all the same; what is urgent still comes.",
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            IdempotencyHeader(),
            JSONBody(Mute.self),
            outputs: .json(
                .ok,
                .object(.required("mutedUntil", .timestamp), .required("receipt", Receipt.schema)),
                "They are muted."
            ),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, user, key, body in
            let owner = try await access.owner(user, .manageInboxes, context)
            let muted = try await access.service.muteNotifications(
                owner,
                for: .seconds(body.minutes * 60),
                by: Author(context, key)
            )
            return .json(position: muted.receipt.events.last?.position) { writer in
                writer.object { writer in
                    writer.name("mutedUntil")
                    writer.value(muted.until)
                    writer.name("receipt")
                    muted.receipt.write(to: &writer)
                }
            }
        }
    }

    /// `DELETE /notifications/mute`: the plan's unmuteNotifications.
    private static func unmute(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/notifications/mute",
            "End a mute",
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "Nothing is muted."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, user, key in
            let owner = try await access.owner(user, .manageInboxes, context)
            return .receipt(
                try await access.service.unmuteNotifications(owner, by: Author(context, key))
            )
        }
    }
}

/// For how long to mute.
struct Mute: JSONReadable {
    let minutes: Int64

    static let schema = Schema.object(.required("durationMinutes", .integer(1...527_040).described("A year at most")))

    init(reading reader: inout JSONReader) { minutes = reader.integer("durationMinutes", in: 1...527_040) }
}

/// What somebody wants, as a request says it.
struct PreferencesToSet: JSONReadable {
    let preferences: NotificationPreferences

    private static let time = StringRule(5...5, .init("0-9:"))
    private static let zone = StringRule(1...64, .init("A-Za-z0-9_+/-"))
    private static let locale = StringRule(1...35, .init("A-Za-z0-9-"))

    static let schema = Schema.notificationPreferences

    static let members: [Schema.Member] = [
        .optional("inApp", .boolean.described("Whether live, in the inbox")),
        .optional("email", .boolean.described("Whether by e-mail")),
        .optional("push", .boolean.described("Whether to registered devices")),
        .optional("sms", .boolean.described("Whether by short message, or another way that was connected")),
        .optional(
            "categories",
            .array(
                of: .object(
                    .required("category", .choice(NotificationCategory.self)),
                    .required("channel", .choice(DeliveryChannel.self)),
                    .required("isWanted", .boolean)
                ),
                count: 0...200
            ).described("What differs for a category")
        ),
        .optional(
            "quietHours",
            .array(
                of: .object(
                    .required("day", .choice(Notifications.PreferencesSet.QuietHour.Day.self)),
                    .required("from", .string(time).described("Like 22:00")),
                    .required("to", .string(time).described("On the next day where it is not later"))
                ),
                count: 0...50
            ).described("When not to be disturbed, weekly")
        ),
        .optional("timeZone", .string(zone).described("The IANA time zone of the quiet hours; UTC where left out")),
        .optional("locale", .string(locale).described("The language that is wanted (BCP 47)")),
        .optional(
            "digest",
            .choice(Notifications.PreferencesSet.Digest.self).described("Whether e-mail comes together")
        ),
    ]

    init(reading reader: inout JSONReader) {
        var wanted = NotificationPreferences()
        wanted.inApp = reader.bool("inApp", default: wanted.inApp)
        wanted.email = reader.bool("email", default: wanted.email)
        wanted.push = reader.bool("push", default: wanted.push)
        wanted.webhook = reader.bool("sms", default: wanted.webhook)
        wanted.choices =
            reader.listIfPresent("categories", count: 0...200) { element in
                NotificationPreferences.Choice(
                    element.choice("category"),
                    element.choice("channel"),
                    isWanted: element.bool("isWanted")
                )
            } ?? []
        wanted.quietHours =
            reader.listIfPresent("quietHours", count: 0...50) { element in
                let day: Notifications.PreferencesSet.QuietHour.Day = element.choice("day")
                return QuietHours.Span(
                    day: Notifications.PreferencesSet.QuietHour.Day.allCases.firstIndex(of: day) ?? 0,
                    from: Self.minutes("from", &element),
                    to: Self.minutes("to", &element)
                )
            } ?? []
        wanted.timeZone = reader.string("timeZone", Self.zone, default: wanted.timeZone)
        wanted.locale = reader.stringIfPresent("locale", Self.locale)
        wanted.digest = reader.choice("digest", default: .none)
        preferences = wanted
    }

    private static func minutes(_ name: String, _ reader: inout JSONReader) -> Int {
        let text = reader.string(name, time)
        if let minutes = QuietHours.Span.minutes(text) { return minutes }
        if text.utf8.count == 5 { reader.refuse(name, "A time of day was expected, from 00:00 to 23:59.") }
        return 0
    }
}

extension Schema {
    static let notificationPreferences = Schema.object(
        PreferencesToSet.members + [
            .optional("userId", .identifier), .optional("mutedUntil", .timestamp),
        ]
    ).named("NotificationPreferences")
}

extension NotificationPreferences {
    /// The preferences of a user: the plan's NotificationPreference.
    func write(to writer: inout JSONWriter, of user: String) {
        writer.object { writer in
            writer.member("userId", user)
            writer.member("inApp", inApp)
            writer.member("email", email)
            writer.member("push", push)
            writer.member("sms", webhook)
            writer.member(
                "categories",
                array: { writer in
                    for choice in choices {
                        writer.object { writer in
                            writer.member("category", choice.category.rawValue)
                            writer.member("channel", choice.channel.rawValue)
                            writer.member("isWanted", choice.isWanted)
                        }
                    }
                }
            )
            writer.member(
                "quietHours",
                array: { writer in
                    for span in quietHours {
                        writer.object { writer in
                            writer.member("day", Notifications.PreferencesSet.QuietHour.Day.allCases[span.day].rawValue)
                            writer.member("from", QuietHours.Span.text(span.from))
                            writer.member("to", QuietHours.Span.text(span.to))
                        }
                    }
                }
            )
            writer.member("timeZone", timeZone)
            if let locale { writer.member("locale", locale) }
            writer.member("digest", digest.rawValue)
            if let mutedUntil {
                writer.name("mutedUntil")
                writer.value(mutedUntil)
            }
        }
    }
}
