import Foundation

/// A JWK set in a file, which may be replaced at any time.
package final class KeySetFile: KeySetSource {
    package let interval: Duration
    package let minimumInterval = Duration.milliseconds(200)
    private let path: String

    /// The file at `path`, read every `interval`.
    package init(path: String, interval: Duration = .seconds(1)) {
        self.path = path
        self.interval = interval
    }

    package func read() async throws(KeySetError) -> [UInt8] {
        let maximum = KeySetLimits.maximumBytes
        let bytes: Data
        do {
            // A pipe would never end.
            let type = try FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)[
                .type
            ]
            guard type as? FileAttributeType == .typeRegular else {
                throw KeySetError(.unreachable, "The key set file is not a regular file: \(path)")
            }
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: maximum + 1) ?? Data()
        } catch let error as KeySetError {
            throw error
        } catch {
            throw KeySetError(.unreachable, "The key set file cannot be read: \(path)")
        }
        guard bytes.count <= maximum else {
            throw KeySetError(.malformed, "The key set file has more than \(maximum) bytes")
        }
        return [UInt8](bytes)
    }
}
