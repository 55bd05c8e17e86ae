import EventStore
import MerkleLog

/// Looks for everything that is wrong with a backup, and those that it rests on.
struct BackupCheck: Sendable {
    let storage: any BackupStorage
    let keys: BackupKeys?
    let verifiers: [NoteVerifier]?
    /// The log that it was made of, if it is here.
    var live: EventStore?

    func check(
        _ backupID: String,
        _ depth: BackupReport.Depth,
        _ progress: BackupProgress.Handler = { _ in }
    ) async throws -> BackupReport {
        var report = BackupReport(backupID: backupID, depth: depth)
        let chain: BackupChain
        do {
            chain = try await BackupChain(
                backupID,
                in: storage,
                keys: depth == .full ? keys ?? BackupKeys() : nil,
                verifiers: verifiers
            )
        } catch let error as BackupError where error.kind == .damaged {
            report.findings.append(.init(backupID: backupID, message: error.message))
            return report
        }
        let total = chain.links.reduce(0) { $0 + $1.manifest.events }
        for link in chain.links {
            try await check(link, depth, &report) { done in
                progress(BackupProgress(stage: "verifying", done: done, total: total))
            }
        }
        // The log that is here knows better which ones were made, and which were removed.
        if live == nil { try await comparePrevious(chain, &report) }
        if depth == .full, report.isSound { try await compareWithLog(chain.newest, &report) }
        return report
    }

    private func check(
        _ reader: BackupReader,
        _ depth: BackupReport.Depth,
        _ report: inout BackupReport,
        _ progress: (Int64) -> Void
    ) async throws {
        let manifest = reader.manifest
        let before = report.findings.count
        var tree: CompactRange? = try? CompactRange(size: manifest.from, edge: manifest.edge)
        if tree == nil {
            report.add(manifest, nil, manifest.from, "The manifest has no tree of the events before it.")
        }
        for segment in manifest.segments {
            try Task.checkCancellation()
            do {
                if depth == .full {
                    let rows = try await reader.rows(of: segment)
                    for leaf in rows.leaves { tree?.append(leaf) }
                    report.events += Int64(rows.leaves.count)
                } else {
                    _ = try await reader.bytes(of: segment.file)
                }
                report.files += 1
            } catch let error as BackupError where error.kind == .damaged {
                report.add(manifest, segment.file.name, segment.from, error.message)
            }
            progress(report.events)
        }
        for file in manifest.checkpoints + manifest.idempotencyKeys + (manifest.signingKeys.map { [$0] } ?? []) {
            do {
                if depth == .full {
                    _ = try await reader.content(of: file)
                } else {
                    _ = try await reader.bytes(of: file)
                }
                report.files += 1
            } catch let error as BackupError where error.kind == .damaged {
                report.add(manifest, file.name, nil, error.message)
            }
        }
        let known = Set(manifest.files.map(\.name) + [BackupManifest.fileName])
        for name in try await reader.stored().keys.sorted() where !known.contains(name) {
            report.add(manifest, name, nil, "The file \(name) is not one of the backup's.")
        }
        guard depth == .full, report.findings.count == before, let tree else { return }
        if try tree.root != reader.checkpoint().root || tree.size != manifest.size {
            report.add(manifest, nil, manifest.from, "The events are not those that the backup's checkpoint signs.")
        }
    }

    /// Whether what was made before is what the manifests say.
    private func comparePrevious(_ chain: BackupChain, _ report: inout BackupReport) async throws {
        let previous = try await chain.previous(in: storage)
        report.others += previous.replaced.map { link in
            BackupReport.Finding(
                backupID: link.named.backupID,
                file: BackupManifest.fileName,
                message: link.complaint
            )
        }
        report.warnings += previous.absent.map { link in
            BackupReport.Finding(backupID: link.named.backupID, message: link.warning)
        }
    }

    /// Holds the backup against the log that is here.
    private func compareWithLog(_ reader: BackupReader, _ report: inout BackupReport) async throws {
        guard let live else { return }
        let size = try await live.head().size
        let manifest = reader.manifest
        guard manifest.size <= size else {
            report.add(
                manifest,
                nil,
                size,
                "The backup has \(manifest.size) events, the log here only \(size): its end was cut off."
            )
            return
        }
        if try await live.prover.tree(of: manifest.size).root != reader.checkpoint().root {
            report.add(
                manifest,
                nil,
                nil,
                "The first \(manifest.size) events of the log here are not those of the backup."
            )
        }
    }
}

extension BackupReport {
    mutating func add(_ manifest: BackupManifest, _ file: String?, _ position: Int64?, _ message: String) {
        findings.append(Finding(backupID: manifest.backupID, file: file, position: position, message: message))
    }
}
