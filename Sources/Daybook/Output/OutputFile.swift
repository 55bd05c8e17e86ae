import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that a command writes, or standard output.
///
/// It is written under another name and takes its own when it is complete, so that nobody mistakes half of one for
/// all of it, and what was there before stays until then.
final class OutputFile: Sendable {
    /// Where it is; nil for standard output, into which nothing else may go then.
    let path: String?
    private let temporary: String
    private let stream: OutputStream

    /// - Parameter path: nil or `-` for standard output.
    init(path: String?) throws {
        guard let path, path != "-" else {
            self.path = nil
            temporary = ""
            stream = .standardOutput
            return
        }
        self.path = path
        temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
        // An export may hold personal text: it is its owner's alone.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(.usage, "Cannot write \(path): \(String(cString: strerror(errno))).")
        }
        stream = OutputStream(descriptor: descriptor)
    }

    deinit {
        guard path != nil else { return }
        close(stream.descriptor)
        // There only where the file was not finished.
        unlink(temporary)
    }

    func write(_ bytes: [UInt8]) throws(OutputStream.Failure) { try stream.write(bytes) }

    /// Gives up what was written. Whoever is last to hold the file does so as well, which may be after the end of `main`.
    func discard() {
        if path != nil { unlink(temporary) }
    }

    /// Brings everything to the disk and gives the file its name.
    func finish() throws {
        guard let path else { return }
        guard fsync(stream.descriptor) == 0 || errno == EINVAL, rename(temporary, path) == 0 else {
            throw CommandFailure(.failure, "Cannot write \(path): \(String(cString: strerror(errno))).")
        }
    }
}
