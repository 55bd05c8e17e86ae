package import EventStore
package import Events
package import JSON

/// What an event changes, as tags: a pure function of the event.
///
/// It follows from the manifests of the read models: an event touches every read model that applies its type. What no
/// read model that is cached applies touches nothing, and a type that this build does not know touches everything.
package struct EventTags: Sendable {
    /// A read model whose answers are cached.
    package struct Model: Sendable {
        package var name: String
        /// The types that it applies.
        package var types: Set<EventType>

        package init(_ name: String, types: Set<EventType>) {
            self.name = name
            self.types = types
        }
    }

    /// Erasures reach into what is cached, whatever it is; a restore changes what was.
    private static let sweeping: Set<EventType> = [Log.PersonalErased.type, Recovery.Restored.type]

    private let models: [EventType: [String]]
    private let known: Set<EventType>
    private let branches: @Sendable (EventType, JSONObject) -> [String]?
    private let thing: @Sendable (EventType, JSONObject) -> (kind: String, stream: String?)?

    /// - Parameters:
    ///   - known: every type of this build.
    ///   - branches: the only branches whose things an event with these data can change; nil where that is not sure.
    ///   - thing: the kind of the one thing that an event with these data is about, and its stream if anything is kept of one
    ///     alone; nil where it is not known.
    package init(
        models: [Model],
        known: Set<EventType> = Set(EventCatalogue.all.map(\.type)),
        branches: @escaping @Sendable (EventType, JSONObject) -> [String]? = { _, _ in nil },
        thing: @escaping @Sendable (EventType, JSONObject) -> (kind: String, stream: String?)? = { _, _ in nil }
    ) {
        var byType: [EventType: [String]] = [:]
        for model in models { for type in model.types { byType[type, default: []].append(model.name) } }
        self.models = byType
        self.known = known
        self.branches = branches
        self.thing = thing
    }

    /// The tags that an event touches; nil for everything.
    package func callAsFunction(_ event: RecordedEvent) -> [CacheTag]? {
        let type = event.type
        guard known.contains(type), !Self.sweeping.contains(type), !releasesCached(event) else { return nil }
        if let tags = cacheTags(event) { return tags }
        guard let names = models[type] else { return [] }
        let data = self.data(of: event)
        let thing = data.flatMap { self.thing(type, $0) }
        var tags = [CacheTag.anyModel] + names.map { .model($0) }
        if let thing {
            tags.append(.things(thing.kind))
            if let stream = thing.stream { tags.append(.thing(stream)) }
        } else {
            tags += names.map { .modelOtherwise($0) }
        }
        if let branches = data.flatMap({ self.branches(type, $0) }) {
            for branch in Set(branches + [event.header.branch].compactMap(\.self)) {
                tags += names.map { .model($0, branch: branch) }
                if let thing { tags.append(.things(thing.kind, branch: branch)) }
            }
        } else {
            tags += names.map { .modelAnywhere($0) }
            if let thing { tags.append(.thingsAnywhere(thing.kind)) }
        }
        return tags
    }

    /// Whether the event says that data are gone which a read model that is cached was made of, or might say so.
    private func releasesCached(_ event: RecordedEvent) -> Bool {
        guard event.type == Logs.PayloadsReleased.type else { return false }
        guard let released = try? event.decode(Logs.PayloadsReleased.self) else { return true }
        return released.types.contains { models[EventType($0)] != nil }
    }

    /// What the cache's own events touch; none of them reaches into a read model.
    private func cacheTags(_ event: RecordedEvent) -> [CacheTag]?? {
        switch event.type {
        case CacheEvents.Cleared.type:
            guard let cleared = try? event.decode(CacheEvents.Cleared.self) else { return .some(nil) }
            guard let namespace = cleared.namespace else { return .some(nil) }
            if let about = cleared.about {
                return [.subject(about), cleared.aboutID.map { .subject(about, $0) } ?? .anySubject(about)]
            }
            return [cleared.pattern == nil ? .namespace(namespace) : .shared(namespace)]
        case CacheEvents.KeyDeleted.type:
            guard let deleted = try? event.decode(CacheEvents.KeyDeleted.self), let key = deleted.key else {
                // The key was erased with its personal text: nobody knows which it was.
                return .some(nil)
            }
            return [.key(deleted.namespace, key)]
        default: return nil
        }
    }

    private func data(of event: RecordedEvent) -> JSONObject? {
        guard let data = event.data, case .object(let object)? = try? JSONValue(parsing: data) else { return nil }
        return object
    }
}
