import Foundation
import Synchronization

/// A JWK set in a file, which may be replaced at any time.
package final class KeySetFile: KeySetSource {
    private static let maximumBytes = 1_048_576

    private struct State: Equatable, Sendable {
        let modified: Date
        let size: Int
        let inode: Int
    }

    package let interval: Duration
    package let minimumInterval = Duration.milliseconds(200)
    private let path: String
    private let state = Mutex<State?>(nil)

    /// The file at `path`, looked at every `interval`.
    package init(path: String, interval: Duration = .seconds(1)) {
        self.path = path
        self.interval = interval
    }

    package func read() async throws(KeySetError) -> [UInt8]? {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let found = State(
                modified: attributes[.modificationDate] as? Date ?? .distantPast,
                size: (attributes[.size] as? NSNumber)?.intValue ?? 0,
                inode: (attributes[.systemFileNumber] as? NSNumber)?.intValue ?? 0
            )
            guard state.withLock({ $0 }) != found else { return nil }
            guard found.size <= Self.maximumBytes else {
                throw KeySetError(.malformed, "The key set file has more than \(Self.maximumBytes) bytes")
            }
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            state.withLock { $0 = found }
            return bytes
        } catch let error as KeySetError {
            throw error
        } catch {
            throw KeySetError(.unreachable, "The key set file cannot be read: \(path)")
        }
    }
}
