import HTTPAPI
import HTTPTypes
import Time

/// The moment that a reader has chosen to see everything as of.
///
/// It is kept in a cookie of its own, and not in the addresses of pages: so it stays whatever link or form one goes on by, those of
/// pages that know nothing of it included, and an address that somebody else sends shows nobody the past unawares. Only a form
/// of this site sets it, since a reader who was led into the past by another site would take that for the present. It is not sealed:
/// it says nothing but what its reader wishes, and what is asked as of it is checked like any `asOf`.
struct ChosenMoment: Sendable, Hashable {
    var moment: Moment
    /// When the event at the position was recorded, where the reader may know that.
    var recordedAt: Timestamp?

    init(_ moment: Moment, recordedAt: Timestamp? = nil) {
        self.moment = moment
        self.recordedAt = recordedAt
    }

    /// What a cookie says; nil for what is no moment, or lies in the future.
    init?(cookie text: String, now: Timestamp = .now()) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count <= 60 else { return nil }
        switch (parts[0], parts.count) {
        case ("at", 2), ("at", 3):
            guard let position = MomentText.position(parts[1]) else { return nil }
            let recordedAt = parts.dropFirst(2).first.map(Self.time)
            if case .some(nil) = recordedAt { return nil }
            self.init(.position(position), recordedAt: recordedAt ?? nil)
        case ("time", 2):
            guard let time = Self.time(parts[1]), time <= now else { return nil }
            self.init(.time(time))
        default: return nil
        }
    }

    /// As the cookie has it.
    var cookie: String {
        switch moment {
        case .position(let position):
            (["at", String(position)] + (recordedAt.map { [String($0.microseconds)] } ?? [])).joined(separator: "-")
        case .time(let time): "time-\(time.microseconds)"
        }
    }

    /// What the layout says of it.
    ///
    /// - Parameter isShown: whether the page shows this moment; others show now, and say so. Nil for a page that shows neither.
    func values(isShown: Bool?) -> [String: Any] {
        // All are named: else those of the page around it would be taken.
        var values: [String: Any] = [
            "isShown": isShown == true, "isNeither": isShown == nil, "asOfTime": false, "asOfPosition": false,
            "asOfEvent": false,
        ]
        switch moment {
        case .position(let position):
            values["asOfPosition"] = Figure.grouped(position)
            values["asOfEvent"] = ConsolePaths.event(position)
            if let recordedAt { values["asOfTime"] = MomentText.words(recordedAt) }
        case .time(let time): values["asOfTime"] = MomentText.words(time)
        }
        return values
    }

    /// A time of the log: none was recorded before the epoch.
    private static func time(_ text: Substring) -> Timestamp? {
        guard let microseconds = Int64(text), microseconds >= Timestamp.epoch.microseconds else { return nil }
        return Timestamp(microseconds: microseconds)
    }
}

extension Cookies {
    /// The moment that was chosen, if one was.
    func chosenMoment(in headers: HTTPFields) -> ChosenMoment? {
        value(moment, in: headers).flatMap { ChosenMoment(cookie: $0) }
    }
}
