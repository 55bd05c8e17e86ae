import Foundation

/// Lets one thread at a time do what opens, uses and closes fonts.
///
/// Cairo 1.16 keeps the faces of all threads' fonts in one library of FreeType, which lets one thread at a time open or close
/// one (`FT_Library` in FreeType's API reference), and does not see to that itself: two documents that were made at once
/// could end the process. So they take turns, block by block.
enum FontTurn {
    private static let lock = NSRecursiveLock()

    /// Waits for its turn; within a turn there is no waiting.
    static func take<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }
}
