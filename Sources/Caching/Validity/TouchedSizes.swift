import Synchronization

/// For each place of tags the size at which it was touched last, read and written by many at once.
struct TouchedSizes: Sendable {
    /// A part of them: all in one would not fit the stack of a thread, over which an inline array comes where it is made.
    private final class Page: Sendable {
        static let count = 256
        let sizes: InlineArray<256, Atomic<Int64>> = InlineArray { _ in Atomic(0) }
    }

    private let pages = (0..<CacheTag.places / Page.count).map { _ in Page() }

    /// The size of a place.
    func size(at place: UInt16) -> Int64 {
        pages[Int(place) / Page.count].sizes[Int(place) % Page.count].load(ordering: .relaxed)
    }

    /// Sets the size of a place.
    func set(_ size: Int64, at place: UInt16) {
        pages[Int(place) / Page.count].sizes[Int(place) % Page.count].store(size, ordering: .relaxed)
    }
}
