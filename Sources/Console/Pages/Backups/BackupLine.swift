import Backups
import HTTPAPI

/// A backup as templates have it.
struct BackupLine {
    private(set) var values: [String: Any]
    /// Whether something is done with it now, as far as this server knows.
    let isOpen: Bool

    private static let classes: [BackupRecord.State: String] = [.completed: "healthy", .failed: "failing"]

    init(_ record: BackupRecord, progress: BackupProgress?) {
        isOpen = record.state == .running || progress != nil
        values = [
            "id": record.backupID, "path": ConsolePaths.backup(record.backupID), "kind": record.kind.rawValue,
            "places": record.places.joined(separator: ", "),
            "isGone": record.state == .completed && record.places.isEmpty,
            "isFinished": record.state == .completed && !record.places.isEmpty,
            "from": Figure.grouped(record.from), "size": Figure.grouped(record.size),
            "last": String(record.size - 1),
            "started": Figure.moment(record.startedAt), "startedTime": record.startedAt.rfc3339,
            "by": record.startedBy, "state": record.state.rawValue, "stateClass": Self.classes[record.state] ?? "",
            "isOpen": isOpen,
        ]
        add("schedule", record.scheduleID)
        add("summary", record.summary)
        add("reason", record.reason)
        add("events", record.events.map(Figure.grouped))
        add("segments", record.segments.map(Figure.grouped))
        add("bytes", record.bytes.map(Figure.bytes))
        add("rawBytes", record.rawBytes.map(Figure.bytes))
        add("duration", record.milliseconds.map { "\(Figure.grouped($0)) ms" })
        add("digest", record.manifestDigest)
        add("encryption", record.isEncrypted.map { $0 ? "encrypted" : "not encrypted" })
        add("key", record.keyID)
        add("base", record.baseID.map { ["id": $0, "path": ConsolePaths.backup($0)] })
        add("verified", Self.verification(record))
        add("rehearsed", Self.rehearsal(record))
        add(
            "notCopied",
            record.copyFailure.map { failure -> [String: Any] in
                [
                    "at": Figure.moment(failure.at), "to": failure.repository, "why": failure.reason,
                    "isStopped": failure.isCancelled,
                ]
            }
        )
        add("progress", progress.map(Self.values))
    }

    /// What is not there is said to be false, so that nothing around it is taken for it.
    private mutating func add(_ name: String, _ value: (some Any)?) { values[name] = value.map { $0 as Any } ?? false }

    private static func verification(_ record: BackupRecord) -> [String: Any]? {
        record.verifiedAt.map { moment in
            [
                "at": Figure.moment(moment), "depth": record.verifiedDepth ?? "", "isSound": record.isSound ?? false,
                "findings": Figure.grouped(record.findings ?? 0),
                "first": record.firstFinding.map { $0 as Any } ?? false,
            ]
        }
    }

    private static func rehearsal(_ record: BackupRecord) -> [String: Any]? {
        record.rehearsedAt.map { moment in
            [
                "at": Figure.moment(moment), "isPassed": record.rehearsalPassed ?? false,
                "finding": record.rehearsalFinding.map { $0 as Any } ?? false,
            ]
        }
    }

    private static func values(_ progress: BackupProgress) -> [String: Any] {
        let percent = progress.total > 0 ? min(100, progress.done * 100 / progress.total) : nil
        return [
            "stage": progress.stage, "done": Figure.grouped(progress.done), "total": Figure.grouped(progress.total),
            "hasTotal": progress.total > 0, "percent": percent.map { String($0) as Any } ?? false,
        ]
    }
}
