import Events
import Notifications

/// The form of what somebody wants to be told, as it is filled in: by the names of its fields.
struct PreferencesForm {
    private typealias Day = Notifications.PreferencesSet.QuietHour.Day
    /// Ways in the order of the columns; `*` is what holds unless a category differs.
    private static let ways: [(channel: DeliveryChannel, label: String)] = [
        (.inApp, "Live, here"), (.email, "E-mail"), (.push, "Devices"), (.webhook, "Text message"),
    ]
    /// How many spans of quiet hours can be filled in.
    private static let spans = 50
    private static let everyDay = "every-day"

    private var filled: [String: String]

    /// All fields.
    static let fields: [String] =
        ways.flatMap { way in (["*"] + NotificationCategory.allCases.map(\.rawValue)).map { field($0, way.channel) } }
        + (0..<spans).flatMap { ["day-\($0)", "from-\($0)", "to-\($0)"] } + ["timeZone", "locale", "digest"]

    private static func field(_ category: String, _ way: DeliveryChannel) -> String { "\(category).\(way.rawValue)" }

    /// What a browser sent.
    init(filledIn fields: [String: String]) {
        filled = fields
    }

    /// What is wanted now.
    init(_ wanted: NotificationPreferences) {
        filled = ["timeZone": wanted.timeZone, "locale": wanted.locale ?? "", "digest": wanted.digest.rawValue]
        for way in Self.ways {
            filled[Self.field("*", way.channel)] = wanted[generally: way.channel] ? "on" : ""
            for category in NotificationCategory.allCases {
                filled[Self.field(category.rawValue, way.channel)] = wanted.wants(category, by: way.channel) ? "on" : ""
            }
        }
        for (number, row) in Self.rows(wanted.quietHours).prefix(Self.spans).enumerated() {
            filled["day-\(number)"] = row.day
            filled["from-\(number)"] = QuietHours.Span.text(row.from)
            filled["to-\(number)"] = QuietHours.Span.text(row.to)
        }
    }

    /// Spans that are the same on all days are one row.
    private static func rows(_ spans: [QuietHours.Span]) -> [(day: String, from: Int, to: Int)] {
        var rows: [(day: String, from: Int, to: Int)] = []
        var daily: Set<[Int]> = []
        for span in spans {
            let hours = [span.from, span.to]
            if daily.contains(hours) { continue }
            if Set(spans.filter { [$0.from, $0.to] == hours }.map(\.day)).count == 7 {
                daily.insert(hours)
                rows.append((everyDay, span.from, span.to))
            } else {
                rows.append((Day.allCases[span.day].rawValue, span.from, span.to))
            }
        }
        return rows
    }

    // MARK: Reading

    /// What is wanted by what was filled in.
    func preferences() throws(NotificationError) -> NotificationPreferences {
        var wanted = NotificationPreferences()
        for way in Self.ways {
            let isWanted = isOn("*", way.channel)
            wanted[generally: way.channel] = isWanted
            for category in NotificationCategory.allCases
            where !category.isMandatory && isOn(category.rawValue, way.channel) != isWanted {
                wanted.choices.append(.init(category, way.channel, isWanted: !isWanted))
            }
        }
        for number in 0..<Self.spans { wanted.quietHours += try spans(number) }
        guard wanted.quietHours.count <= Self.spans else {
            throw NotificationError(
                .invalid(pointer: "/quietHours"),
                "There may be \(Self.spans) quiet hours a week at most."
            )
        }
        if let zone = text("timeZone") { wanted.timeZone = zone }
        wanted.locale = text("locale")
        wanted.digest = text("digest").flatMap { .init(rawValue: $0) } ?? .none
        if let locale = wanted.locale, locale.utf8.count > 35 || !locale.utf8.allSatisfy(Self.isOfTag) {
            throw NotificationError(.invalid(pointer: "/locale"), "A language is named like en or pt-BR.")
        }
        return wanted
    }

    private func spans(_ number: Int) throws(NotificationError) -> [QuietHours.Span] {
        guard let name = text("day-\(number)") else { return [] }
        guard let from = text("from-\(number)").flatMap(QuietHours.Span.minutes),
            let to = text("to-\(number)").flatMap(QuietHours.Span.minutes), from != to
        else {
            throw NotificationError(
                .invalid(pointer: "/quietHours/\(number)"),
                "Quiet hours begin at one time of day and end at another."
            )
        }
        let days = name == Self.everyDay ? Array(0..<7) : Day.allCases.firstIndex { $0.rawValue == name }.map { [$0] }
        guard let days else {
            throw NotificationError(.invalid(pointer: "/quietHours/\(number)"), "There is no such day of the week.")
        }
        return days.map { QuietHours.Span(day: $0, from: from, to: to) }
    }

    private func isOn(_ category: String, _ way: DeliveryChannel) -> Bool { text(Self.field(category, way)) != nil }

    private func text(_ name: String) -> String? { filled[name].flatMap { $0.isEmpty ? nil : $0 } }

    private static func isOfTag(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
    }

    // MARK: Showing

    /// As the template has it.
    ///
    /// - Parameter connected: the ways that the institution has.
    func values(connected: Set<DeliveryChannel>) -> [String: Any] {
        [
            "ways": Self.ways.map { way in
                ["label": way.label, "isMissing": way.channel != .inApp && !connected.contains(way.channel)]
            },
            "categories": (["*"] + NotificationCategory.allCases.map(\.rawValue)).map { category in
                let isMandatory = NotificationCategory(rawValue: category)?.isMandatory ?? false
                return [
                    "label": category == "*"
                        ? "Everything else" : category.prefix(1).uppercased() + category.dropFirst(),
                    "cells": Self.ways.map { way in
                        [
                            "name": Self.field(category, way.channel),
                            "label": way.label,
                            "isOn": isMandatory || isOn(category, way.channel),
                            "isFixed": isMandatory,
                        ]
                    },
                ] as [String: Any]
            },
            "spans": spanValues,
            "timeZone": text("timeZone") ?? "", "locale": text("locale") ?? "",
            "digests": [("none", "As it comes"), ("hourly", "Once an hour"), ("daily", "Once a day")].map {
                ["name": $0.0, "label": $0.1, "isChosen": text("digest") ?? "none" == $0.0]
            },
        ]
    }

    /// The spans that there are and room for two more.
    private var spanValues: [[String: Any]] {
        let used = (0..<Self.spans).last { text("day-\($0)") != nil }.map { $0 + 1 } ?? 0
        return (0..<min(Self.spans, used + 2)).map { number in
            let chosen = text("day-\(number)")
            return [
                "number": number, "ordinal": number + 1,
                "from": text("from-\(number)") ?? "", "to": text("to-\(number)") ?? "",
                "days": [("", "None"), (Self.everyDay, "Every day")].map { ($0.0, $0.1) }
                    .map { ["name": $0.0, "label": $0.1, "isChosen": chosen ?? "" == $0.0] }
                    + Day.allCases.map { day in
                        [
                            "name": day.rawValue,
                            "label": day.rawValue.prefix(1).uppercased() + day.rawValue.dropFirst(),
                            "isChosen": chosen == day.rawValue,
                        ]
                    },
            ]
        }
    }
}

extension NotificationPreferences {
    /// Whether a way is wanted unless a category differs.
    fileprivate subscript(generally channel: DeliveryChannel) -> Bool {
        get {
            switch channel {
            case .inApp: inApp
            case .email: email
            case .push: push
            case .webhook: webhook
            }
        }
        set {
            switch channel {
            case .inApp: inApp = newValue
            case .email: email = newValue
            case .push: push = newValue
            case .webhook: webhook = newValue
            }
        }
    }
}
