import Events
import JSON
import Recovery

/// What a restore would change, and what it did, as the template has it.
enum RestoreFacts {
    static func values(_ preview: RestorePreview) -> [String: Any] {
        let findings = preview.findings
        return [
            "to": Figure.grouped(findings.toPosition), "plainPosition": String(findings.toPosition),
            "recorded": Figure.moment(findings.recordedAt), "workedOutAt": Figure.grouped(findings.size - 1),
            "token": preview.token, "obstacle": findings.obstacle.map { $0 as Any } ?? false,
            "administrators": findings.administrators.joined(separator: ", "),
            "isUnchanged": findings.things.isEmpty, "things": findings.things.map(Self.values),
        ]
    }

    static func values(_ restored: Events.Recovery.Restored, at position: Int64) -> [String: Any] {
        [
            "to": Figure.grouped(restored.toPosition), "recorded": Figure.grouped(position),
            "path": ConsolePaths.event(position),
        ]
    }

    private static func values(_ things: RestoredThings) -> [String: Any] {
        [
            "thing": things.thing, "count": Figure.grouped(Int64(things.count)),
            "added": Figure.grouped(Int64(things.added)), "removed": Figure.grouped(Int64(things.removed)),
            "changed": Figure.grouped(Int64(things.changed)),
            "rows": things.rows.map(Self.values), "isCut": things.rows.count < things.count,
            "shown": Figure.grouped(Int64(things.rows.count)),
        ]
    }

    private static func values(_ row: RestoredRow) -> [String: Any] {
        let words: [RestoredRow.Change: String] = [
            .added: "hold again", .removed: "hold no more", .changed: "hold otherwise",
        ]
        return ["label": row.label, "words": words[row.change] ?? "", "facts": facts(row)]
    }

    /// What differs between now and then.
    private static func facts(_ row: RestoredRow) -> [[String: Any]] {
        let (before, after) = (row.before ?? JSONObject(), row.after ?? JSONObject())
        var names = before.members.map(\.name)
        names += after.members.map(\.name).filter { !names.contains($0) }
        func value(_ name: String, _ facts: JSONObject) -> JSONValue { facts[name] ?? .null }
        return names.filter { value($0, before) != value($0, after) }.map { name in
            [
                "name": name,
                "now": shown(value(name, before)),
                "then": shown(value(name, after)),
            ]
        }
    }

    private static func shown(_ value: JSONValue) -> Any { value == .null ? false : JSONText.words(value) }
}
