/// Random notifications among few people: sent twice, addressed before they are sent, read before they came, marked this
/// way and that. More than the service lets in: a read model takes the log as it is.
struct RandomNotifications {
    private var generator: SplitMix
    private var size = 0

    init(seed: UInt64) { generator = SplitMix(state: seed) }

    mutating func events(_ count: Int) -> [LoggedEvent] {
        (0..<count).map { _ in
            defer { size += 1 }
            return next()
        }
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    private mutating func pick(_ texts: String...) -> String { texts[number(0..<texts.count)] }
    private mutating func user() -> String { "user-\(number(0..<3))" }
    private mutating func notification() -> String { "note-\(number(0..<8))" }
    private mutating func channel() -> String { pick("in-app", "email", "push") }
    private mutating func list() -> String { "[\"\(notification())\",\"\(notification())\"]" }

    private func event(_ type: String, _ data: String, _ personal: String? = nil) -> LoggedEvent {
        LoggedEvent(type: "notifications." + type, data: "{\(data)}", personal: personal)
    }

    private mutating func next() -> LoggedEvent {
        let user = user()
        let who = #""userId":"\#(user)""#
        switch number(0..<40) {
        case 0..<6:
            let key = number(0..<2) == 0 ? #","collapseKey":"key-\#(number(0..<2))""# : ""
            return event(
                "sent",
                #""notificationId":"\#(notification())","branchId":"north","audience":"users","subjectId":"\#(user)","#
                    + #""category":"\#(pick("grade", "fee"))","priority":"\#(pick("low", "normal", "urgent"))","recipients":2\#(key)"#,
                #"{"headline":"T \#(size)","text":"words"}"#
            )
        case 6..<14:
            return event(
                "addressed",
                #""notificationId":"\#(notification())","branchId":"north","part":\#(number(0..<2)),"#
                    + #""userIds":["\#(user)","\#(self.user())"]"#
            )
        case 14..<22:
            let change = pick("read", "read", "unread", "archived", "unarchived", "deleted")
            return event("inbox-changed", #"\#(who),"change":"\#(change)","notificationIds":\#(list())"#)
        case 22..<24: return event("inbox-read", #"\#(who),"size":\#(number(0..<(size + 2)))"#)
        case 24..<26:
            return event("received", #"\#(who),"channel":"\#(channel())","notificationIds":\#(list())"#)
        case 26..<31:
            let part = number(0..<2) == 0 ? #""notificationId":"\#(notification())","part":\#(number(0..<2)),"# : ""
            let entries = (0..<3).map { _ in
                var device = number(0..<3) == 0 ? #","deviceId":"device-0""# : ""
                if number(0..<3) == 0 { device += #","bundleId":"bundle-\#(number(0..<2))""# }
                switch number(0..<8) {
                case 0, 1: device += #","reason":"retry-requested""#
                case 2..<6: device += #","reason":"\#(pick("muted", "quiet-hours", "digest"))""#
                default: break
                }
                return #"{"notificationId":"\#(notification())","userId":"\#(self.user())","#
                    + #""outcome":"\#(pick("due", "delivered", "failed", "dead", "held", "held"))","attempt":\#(number(0..<4))"#
                    + #","until":"2026-02-0\#(number(1..<9))T08:00:00Z"\#(device)}"#
            }
            return event(
                "deliveries-recorded",
                #""channel":"\#(channel())",\#(part)"entries":[\#(entries.joined(separator: ","))]"#
            )
        case 31..<33:
            return event(
                "preferences-set",
                #"\#(who),"inApp":true,"email":\#(pick("true", "false")),"push":true,"webhook":false,"#
                    + #""timeZone":"Europe/Berlin","digest":"none""#
            )
        case 33: return event("muted", #"\#(who),"until":"2026-03-0\#(number(1..<9))T00:00:00Z""#)
        case 34: return event("unmuted", who)
        case 35, 36:
            return event(
                "device-registered",
                #""deviceId":"device-\#(number(0..<2))",\#(who),"kind":"web","tokenId":"token-\#(number(0..<2))""#,
                #"{"name":"N \#(size)","address":"AQ.\#(size)","addressDigest":"a\#(number(0..<2))"}"#
            )
        case 37:
            if number(0..<2) == 0 {
                return LoggedEvent(
                    type: "identity.token-revoked",
                    data: #"{"tokenId":"token-\#(number(0..<2))",\#(who)}"#,
                    personal: nil
                )
            }
            let which = number(0..<2) == 0 ? #","registration":\#(number(0..<(size + 1)))"# : ""
            return event(
                "device-ended",
                #""deviceId":"device-\#(number(0..<2))",\#(who),"reason":"gone"\#(which)"#
            )
        case 38:
            return event(
                "rule-set",
                #""ruleId":"grade","isOn":\#(pick("true", "false")),"category":"g","priority":"low""#
            )
        default: return .erase(user)
        }
    }
}
