import Events
import JSON
import Notifications

/// What is to be told, as a request says it.
struct NotificationContent {
    let draft: NotificationDraft

    private static let line = StringRule(1...200, .line)
    private static let text = StringRule(0...4_000, .text)
    private static let address = StringRule(1...2_000, .line)
    private static let key = StringRule(1...100, .init("A-Za-z0-9._:~-"))
    private static let locale = StringRule(1...35, .init("A-Za-z0-9-"))

    private static let actionID = StringRule(1...64, .init("A-Za-z0-9._:~-"))

    static let members: [Schema.Member] = [
        .required("title", .string(line)),
        .required("message", .string(text).described("Plain text; markup in it is shown as it is")),
        .optional("category", .choice(NotificationCategory.self).described("announcement where left out")),
        .optional("priority", .choice(Notifications.Sent.Priority.self).described("normal where left out")),
        .optional("locale", .string(locale).described("The language of both (BCP 47)")),
        .optional("link", .string(address).described("A path of the application, or an https address")),
        .optional("image", .string(address).described("The https address of a picture")),
        .optional(
            "actions",
            .array(
                of: .object(
                    .required("actionId", .string(actionID)),
                    .required("title", .string(StringRule(1...80, .line))),
                    .optional("link", .string(address))
                ),
                count: 1...5
            )
        ),
        .optional("data", .anyObject.described("What a program is to know about it, at most 8,000 bytes")),
        .optional(
            "collapseKey",
            .string(key).described("Takes the place of earlier ones of the same key, branch and sender")
        ),
        .optional("expiresAt", .timestamp.described("Of no use any more after this")),
    ]

    init(reading reader: inout JSONReader) {
        var draft = NotificationDraft(
            title: reader.string("title", Self.line),
            text: reader.string("message", Self.text)
        )
        draft.category = reader.choice("category", default: .announcement)
        draft.priority = reader.choice("priority", default: .normal)
        draft.locale = reader.stringIfPresent("locale", Self.locale)
        draft.link = reader.stringIfPresent("link", Self.address)
        draft.image = reader.stringIfPresent("image", Self.address)
        draft.actions =
            reader.listIfPresent("actions", count: 1...5) { element in
                Notifications.Sent.Action(
                    actionID: element.string("actionId", Self.actionID),
                    title: element.string("title", StringRule(1...80, .line)),
                    link: element.stringIfPresent("link", Self.address)
                )
            } ?? []
        draft.payload = reader.objectIfPresent("data", maximumBytes: 8_000)
        draft.collapseKey = reader.stringIfPresent("collapseKey", Self.key)
        draft.expiresAt = reader.timestampIfPresent("expiresAt")
        self.draft = draft
    }
}

/// A notification for users by name. The plan's sendNotification.
struct NotificationToSend: JSONReadable {
    let userIDs: [String]
    let branch: String?
    let content: NotificationContent

    static let schema = Schema.object(
        [
            .optional("userId", .identifier.described("Who is told; or")),
            .optional("userIds", .array(of: .identifier, count: 1...1_000).described("up to a thousand users")),
            .optional("branchId", .identifier.described("On whose behalf; of the institution where left out")),
        ] + NotificationContent.members
    )

    init(reading reader: inout JSONReader) {
        let one = reader.stringIfPresent("userId", .identifier)
        let many = reader.stringsIfPresent("userIds", each: .identifier, count: 1...1_000, unique: true)
        switch (one, many) {
        case (let one?, nil): userIDs = [one]
        case (nil, let many?): userIDs = many
        case (nil, nil):
            userIDs = []
            reader.refuse("userId", "Name who is told: userId, or userIds for several.")
        case (_?, _?):
            userIDs = []
            reader.refuse("userIds", "Give either userId or userIds.")
        }
        branch = reader.stringIfPresent("branchId", .identifier)
        content = NotificationContent(reading: &reader)
    }
}

/// A notification for everybody of a role, course, class or branch. The plan's broadcasts.
struct NotificationToBroadcast: JSONReadable {
    let audience: Audience
    let branch: String?
    let content: NotificationContent

    static let schema = Schema.object(
        [
            .optional("roleId", .identifier.described("Who has this role, or one that inherits from it; or")),
            .optional("courseId", .identifier.described("who learns or teaches in this course; or")),
            .optional("classId", .identifier.described("who is in this class or teaches it; or, with none of them,")),
            .optional(
                "branchId",
                .identifier.described("everybody of this branch. With one of them: in this branch alone")
            ),
        ] + NotificationContent.members
    )

    init(reading reader: inout JSONReader) {
        let named: [(String, Audience)] = [
            reader.stringIfPresent("roleId", .identifier).map { ("roleId", .role($0)) },
            reader.stringIfPresent("courseId", .identifier).map { ("courseId", .course($0)) },
            reader.stringIfPresent("classId", .identifier).map { ("classId", .schoolClass($0)) },
        ].compactMap { $0 }
        if named.count > 1 { reader.refuse(named[1].0, "Give one of roleId, courseId and classId.") }
        branch = reader.stringIfPresent("branchId", .identifier)
        if named.isEmpty, branch == nil {
            reader.refuse("branchId", "Name whom it is for: roleId, courseId, classId or branchId.")
        }
        audience = named.first?.1 ?? .branch
        content = NotificationContent(reading: &reader)
    }
}
