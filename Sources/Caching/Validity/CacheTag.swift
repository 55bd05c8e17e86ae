/// A name for something that a value depends on, as its place in the ``InvalidationHorizon``.
///
/// The place follows from the name by a fixed hash, the same in every replica and every release. Two names may share a
/// place: then a change of either makes the values of both load again, and nothing worse.
package struct CacheTag: Sendable, Hashable {
    /// How many places there are: one half for what many values depend on, the other for single things. There are more of
    /// those than places: whoever makes one is not to reach what has nothing to do with it.
    package static let places = 65_536

    let place: UInt16

    /// The tag of a name, e.g. `model/people/north`.
    package init(_ name: String) {
        self.init(place: Self.hash(name) & 0x7FFF)
    }

    private static func hash(_ name: String) -> UInt16 {
        // FNV-1a, 64 bits, folded.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        return UInt16(truncatingIfNeeded: hash ^ (hash >> 16))
    }

    init(place: UInt16) {
        self.place = place
    }
}

extension CacheTag {
    /// Touched by every event of a read model.
    package static func model(_ name: String) -> CacheTag { CacheTag("model/\(name)") }
    /// Touched by the events of a read model that change things of a branch, and of no other unless they say so.
    package static func model(_ name: String, branch: String) -> CacheTag { CacheTag("model/\(name)/in/\(branch)") }
    /// Touched by the events of a read model of which it is not known what branches they change.
    package static func modelAnywhere(_ name: String) -> CacheTag { CacheTag("model/\(name)/anywhere") }
    /// Touched by the events of a read model of which it is not known what thing they are about.
    package static func modelOtherwise(_ name: String) -> CacheTag { CacheTag("model/\(name)/otherwise") }
    /// Touched by every event about a thing of a kind.
    package static func things(_ kind: String) -> CacheTag { CacheTag("things/\(kind)") }
    /// Touched by the events about things of a kind that change those of a branch.
    package static func things(_ kind: String, branch: String) -> CacheTag { CacheTag("things/\(kind)/in/\(branch)") }
    /// Touched by the events about things of a kind of which it is not known what branches they change.
    package static func thingsAnywhere(_ kind: String) -> CacheTag { CacheTag("things/\(kind)/anywhere") }
    /// Touched by the events about one thing.
    package static func thing(_ stream: String) -> CacheTag { CacheTag(place: hash("thing/\(stream)") | 0x8000) }
    /// Touched by every event of any read model that is cached.
    package static let anyModel = CacheTag("models")
    /// Of what tells of several of a kind; touched when any one of it is invalidated by hand.
    package static func subject(_ kind: String) -> CacheTag { CacheTag("subject/\(kind)") }
    /// Of what tells of one alone; touched when it is invalidated by hand.
    package static func subject(_ kind: String, _ id: String) -> CacheTag { CacheTag("subject/\(kind)/\(id)") }
    /// Of whatever tells of one of a kind; touched when all of it is invalidated by hand.
    package static func anySubject(_ kind: String) -> CacheTag { CacheTag("subject/\(kind)/*") }

    static func namespace(_ name: String) -> CacheTag { CacheTag("namespace/\(name)") }
    static func key(_ namespace: String, _ key: String) -> CacheTag { CacheTag("key/\(namespace)/\(key)") }
    /// Touched when a pattern clears keys of a namespace: what is shared cannot be looked through by key.
    static func shared(_ namespace: String) -> CacheTag { CacheTag("shared/\(namespace)") }
}
