import Events
import JSON
import Postgres

extension AuditService {
    /// How many events, and how many things, are compared at most.
    package static let comparable = (events: 2_000, things: 300)

    /// What the events are about by which those settings change that no restore does: the kind of setting, the members of their data
    /// that say which of them, and whether it is gone from then on.
    private static let settings: [EventType: (kind: String, key: [String], isEnd: Bool)] = [
        Events.Limits.PolicySet.type: ("limit", ["name"], false),
        Events.Limits.PolicyRemoved.type: ("limit", ["name"], true),
        Events.Logs.LevelChanged.type: ("log level", ["target"], false),
        Events.Notifications.RuleSet.type: ("notification rule", ["ruleId"], false),
        Events.Backups.Scheduled.type: ("backup schedule", ["scheduleId"], false),
        Events.Backups.ScheduleCancelled.type: ("backup schedule", ["scheduleId"], true),
        Events.Exports.Scheduled.type: ("export schedule", ["scheduleId"], false),
        Events.Exports.ScheduleCancelled.type: ("export schedule", ["scheduleId"], true),
    ]

    /// What is different between two moments in roles, permissions, people and what they have, and settings: the states that
    /// trails show, at either moment, of whatever was touched in between.
    ///
    /// As in trails the states of what a restore may change are those of the read models' intervals, and so right across restores.
    package func comparison(
        from: AuditMoment,
        to: AuditMoment,
        by reader: AuditReader
    ) async throws -> AuditComparison {
        let after = try await size(at: to)
        let before = try await size(at: from)
        guard before <= after else {
            throw AuditError(.noSuchMoment, "The second moment lies before the first. Exchange them.")
        }
        let lines = try await touched(before, after, reader.sight)
        var groups: [Thing: [AuditEntry]] = [:]
        for (thing, entry) in lines.prefix(Self.comparable.events) { groups[thing, default: []].append(entry) }
        let things = groups.keys.sorted()
        let compared = things.prefix(Self.comparable.things)
        // Before the work, which takes a while: whoever does not wait for its end has looked as well.
        try await recordLook(before, after, things: things.count, reader)
        var differences: [AuditDifference] = []
        let earlier = try await settings(before: before, among: things, reader.sight)
        var states: [String: [String: [Int64: JSONObject]]] = [:]
        for (resource, things) in Dictionary(grouping: compared, by: \.resource) where resource != Thing.setting {
            states[resource] = try await self.states(
                of: resource,
                things.map(\.id),
                atSizes: [before, after],
                reader.sight
            )
        }
        for thing in compared {
            let events = groups[thing] ?? []
            var difference = AuditDifference(resource: thing.told.resource, id: thing.told.id, events: events)
            if thing.resource == Thing.setting {
                difference.before = earlier[thing]
                difference.after = events.first.flatMap(Self.setting)?.facts
            } else {
                let states = states[thing.resource]?[thing.id]
                difference.before = states?[before]
                difference.after = states?[after]
            }
            if difference.before != difference.after { differences.append(difference) }
        }
        let restores = try await entries(
            Self.restored,
            before..<after,
            limit: 100,
            reader.sight
        ).lines
        return AuditComparison(
            before: before,
            after: after,
            differences: differences.sorted { ($0.resource, $0.id) < ($1.resource, $1.id) },
            isCut: lines.count > Self.comparable.events || things.count > Self.comparable.things,
            restores: restores
        )
    }

    private func recordLook(_ before: Int64, _ after: Int64, things: Int, _ reader: AuditReader) async throws {
        let filter: JSONObject = [
            "list": "comparison", "from": .number(JSONNumber(before)), "to": .number(JSONNumber(after)),
        ]
        let returned = Int64(min(things, Self.comparable.things))
        try await record(.trail, filter: filter, returned: returned, by: reader)
    }

    private static let restored: AuditFilter = {
        var filter = AuditFilter()
        filter.type = Events.Recovery.Restored.type.rawValue
        return filter
    }()

    private struct Thing: Hashable, Comparable {
        static let setting = "setting"
        /// Settings whose states are those of intervals, each under the name of its kind.
        static let intervals: Set<String> = ["separation", "implication"]

        var resource: String
        var id: String

        /// What it is in the answer.
        var told: (resource: String, id: String) {
            Self.intervals.contains(resource) ? (Self.setting, "\(resource) \(id)") : (resource, id)
        }

        static func < (left: Thing, right: Thing) -> Bool { (left.resource, left.id) < (right.resource, right.id) }
    }

    private func touched(_ from: Int64, _ to: Int64, _ sight: AuditSight) async throws -> [(Thing, AuditEntry)] {
        let conditions = AuditConditions(from..<to, AuditFilter(), sight)
        let types = Self.settings.keys.map(\.rawValue).sorted()
        let rows = try await pool.query(
            touchedSQL.filled([
                "from": "\(from)", "to": "\(to)", "settings": "\(types)", "conditions": conditions.sql,
                "limit": "\(Int64(Self.comparable.events) + 1)",
            ]),
            deadline: deadline
        )
        return try rows.compactMap { row in
            let entry = try AuditEntry(row).seen(by: sight)
            let thing = Thing(
                resource: try row.decode("thing", as: String.self),
                id: try row.decode("thing_id", as: String.self)
            )
            guard thing.resource == Thing.setting else { return (thing, entry) }
            return Self.setting(entry).map { (Thing(resource: Thing.setting, id: $0.id), entry) }
        }
    }

    /// How settings stood at a size of the log, from their last events before it.
    private func settings(
        before size: Int64,
        among things: [Thing],
        _ sight: AuditSight
    ) async throws -> [Thing: JSONObject] {
        var wanted = Set(things.filter { $0.resource == Thing.setting })
        var found: [Thing: JSONObject] = [:]
        var below = size
        while !wanted.isEmpty, below > 0 {
            let types = Set(Self.settings.keys)
            let events = try await store.reader.eventsBackwards(below: below, types: types, limit: 500)
            for event in events where sight.sees(event.type, in: event.header.branch) {
                guard let (id, facts) = Self.setting(event.type, event.data) else { continue }
                let thing = Thing(resource: Thing.setting, id: id)
                if wanted.remove(thing) != nil { found[thing] = facts }
            }
            guard events.count == 500, let last = events.last else { break }
            below = last.position
        }
        return found
    }

    private static func setting(_ entry: AuditEntry) -> (id: String, facts: JSONObject?)? {
        setting(EventType(entry.type), entry.changes)
    }

    /// Which setting an event is about, and what it is from then on; nil for one that was taken away.
    private static func setting(_ type: EventType, _ data: [UInt8]?) -> (id: String, facts: JSONObject?)? {
        guard let data, let (kind, key, isEnd) = settings[type], let facts = (try? JSONValue(parsing: data))?.object
        else {
            return nil
        }
        let names = key.compactMap { facts[$0]?.string }
        return ("\(kind) \(names.joined(separator: " → "))", isEnd ? nil : facts)
    }
}
