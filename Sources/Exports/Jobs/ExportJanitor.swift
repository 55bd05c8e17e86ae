import EventStore
import Foundation
import ServiceLifecycle
import Time

/// Removes files that are past their time, and what was left over by servers that ended in the middle: one server of all,
/// which a lock in the database chooses.
package struct ExportJanitor: Service {
    /// What is younger may be about to be recorded.
    private static let grace = Duration.seconds(600)

    private let service: ExportService
    private let interval: Duration

    /// A janitor of a service.
    package init(_ service: ExportService, interval: Duration = .seconds(300)) {
        self.service = service
        self.interval = interval
    }

    /// Looks now and then until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let turn = Turn(name: "daybook export janitor", service: service)
                    let isOurs = try await turn.take { _ in try await clean() } != nil
                    // Where files are made may be this machine's alone.
                    if !isOurs { _ = try await removeLeftovers(ofScratchAlone: true) }
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning("old exports could not be removed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Removes what there is to remove.
    func clean() async throws {
        let system = Author(id: EventStore.systemActor)
        _ = try await service.removeOld(by: system)
        _ = try await service.removeErased(by: system)
        _ = try await removeLeftovers()
    }

    /// Removes files that no export has: of attempts that were given up, and of exports that were removed.
    ///
    /// - Returns: their names.
    func removeLeftovers(ofScratchAlone: Bool = false) async throws -> [String] {
        let old = service.clock() - Self.grace
        let files = try await service.storage.files()
            .filter { !ofScratchAlone || $0.name.hasPrefix(ScratchFolder.prefix) }
        let named = files.compactMap { file in Self.attempt(file.name).map { (file, $0.id, $0.attempt) } }
        let kept = try await service.history.kept(Array(Set(named.map(\.1))))
        var removed: [String] = []
        for (file, id, attempt) in named where file.changedAt < old {
            let isScratch = file.name.hasPrefix(ScratchFolder.prefix)
            if let export = kept[id], export.attempt == attempt {
                if export.state == .running || (export.state == .completed && !isScratch) { continue }
            }
            do {
                try await service.storage.remove(file.name)
                removed.append(file.name)
            } catch  where !Task.isCancelled {
                // The others are removed all the same.
                service.logger.warning(
                    "a file of exports cannot be removed",
                    metadata: ["file": "\(file.name)", "error": "\(error)"]
                )
            }
        }
        return removed
    }

    /// `.scratch/<export>-<attempt>.csv`, and the folder `.scratch/<export>-<attempt>.parts`; nil for what is not of exports.
    private static func attempt(_ name: String) -> (id: String, attempt: Int64)? {
        let parts = (name.split(separator: "/").last ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, isOfExports(String(parts[1]), isScratch: name.hasPrefix(ScratchFolder.prefix)),
            let dash = parts[0].lastIndex(of: "-"), let attempt = Int64(parts[0][parts[0].index(after: dash)...]),
            UUID(uuidString: String(parts[0][..<dash])) != nil
        else { return nil }
        return (String(parts[0][..<dash]), attempt)
    }

    private static func isOfExports(_ suffix: String, isScratch: Bool) -> Bool {
        ExportFormat(rawValue: suffix) != nil || (isScratch && suffix == ScratchFolder.partsSuffix)
    }
}
