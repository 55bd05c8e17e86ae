import Access
import App
import ArgumentParser
import Backups
import EventStore
import JSON

struct BackupVerify: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read a backup again, and hold it against what was signed.",
        discussion: """
            Every file is opened, every event in it hashed, and the tree held against the signed checkpoint and against \
            the log that is here; --quick looks at the files' digests alone. What a backup rests on is verified with it. \
            --offline needs no log, and believes the manifest's word about which log it is.

            Exit status 3 means that something is wrong; what, in which file and from which position on, is printed.
            """
    )

    @Argument(help: "The backup; the newest if not given.")
    var backup: String?

    @Flag(help: "Only the files' digests.")
    var quick = false

    @Flag(help: "Without a log.")
    var offline = false

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let depth: BackupReport.Depth = quick ? .quick : .full
        let report: BackupReport
        if offline {
            let settings = try database.configuration(logLevel: .warning, console).backups
            let storage = try settings.storage(place.repository)
            let newest =
                backup == nil
                ? try await storage.outlines(verifiers: nil).outlines.max { $0.size < $1.size } : nil
            guard let id = backup ?? newest?.backupID else {
                throw BackupError(.notFound, "There is no finished backup in \(storage.place).")
            }
            let keys = try settings.keys()
            report = try await console.withProgress("Verifying", unit: "events") { bar in
                try await BackupService.verify(id, depth, in: storage, keys: keys, verifiers: nil) {
                    bar.update($0.done, of: $0.total)
                }
            }
        } else {
            report = try await database.withSystem(console) { [self] system in
                let service = system.backups
                let newest = try await service.backups(in: place.repository, onlyPresent: true, limit: 100)
                    .first { $0.state == .completed }?.backupID
                guard let id = backup ?? newest else { throw BackupError(.notFound, "There is no backup.") }
                return try await console.withProgress("Verifying", unit: "events") { bar in
                    try await service.verify(
                        id,
                        depth,
                        in: place.repository,
                        by: Author(id: AccessActor.operatorID)
                    ) { bar.update($0.done, of: $0.total) }
                }
            }
        }
        try console.verdict(text: Self.text(report), json: { $0.object { report.write(to: &$0) } })
        if !report.found.isEmpty { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private static func text(_ report: BackupReport) -> String {
        let events = report.depth == .full ? ", \(ProgressLine.grouped(report.events)) events" : ""
        let itself =
            report.isSound
            ? "\(report.backupID) is sound: \(report.files) files\(events)."
            : "\(report.backupID) is DAMAGED:\n" + lines(report.findings)
        let others = report.others.isEmpty ? "" : "\nOTHERS ARE NOT:\n" + lines(report.others)
        return itself + others + warnings(report)
    }

    private static func lines(_ findings: [BackupReport.Finding]) -> String {
        findings.map { finding in
            let place = [finding.backupID, finding.file].compactMap { $0 }.joined(separator: "/")
            return TerminalText.line("\(place): \(finding.message)")
        }
        .joined(separator: "\n")
    }

    private static func warnings(_ report: BackupReport) -> String {
        report.warnings.map { "\nNote: \(TerminalText.line($0.message))" }.joined()
    }
}
