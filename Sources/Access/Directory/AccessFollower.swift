import EventStore
import Events

/// Brings the model up to a size of the log, for all who wait at once.
actor AccessFollower {
    private static let batch = 2_000

    private let reader: LogReader
    private let loader: AccessLoader
    private var snapshot: AccessSnapshot?
    private var running: Task<AccessSnapshot, any Error>?

    init(reader: LogReader, loader: AccessLoader) {
        self.reader = reader
        self.loader = loader
    }

    /// The model after everything that bears on access up to an end of the log, or up to a later one.
    func follow(to head: LogHead) async throws -> AccessSnapshot {
        while true {
            if let snapshot, snapshot.size >= head.inlineSize { return snapshot }
            if let running {
                _ = try await running.value
                continue
            }
            // Not cancelled with the one who happened to ask first: others may wait for the same.
            let task = Task {
                // Before anybody who waits goes on, so that nobody waits for a task that is over.
                defer { self.running = nil }
                return try await self.advance(to: head)
            }
            running = task
            return try await task.value
        }
    }

    /// Begins anew from the read models.
    func forget() async {
        while let running { _ = await running.result }
        snapshot = nil
    }

    private func advance(to head: LogHead) async throws -> AccessSnapshot {
        var snapshot: AccessSnapshot
        if let known = self.snapshot { snapshot = known } else { snapshot = try await loader.load() }
        while snapshot.size < head.inlineSize {
            let (leafBefore, events) = try await reader.continuation(
                from: snapshot.size,
                below: head.inlineSize,
                types: AccessEvent.followedTypes,
                limit: Self.batch
            )
            if leafBefore != snapshot.leaf || events.contains(where: { $0.type == Recovery.Restored.type }) {
                // The log became another one, and the read models with it. Or they were taken back in the commit of that
                // event, so they are what it made of them.
                snapshot = try await loader.load()
                continue
            }
            var model = snapshot.model
            for event in events {
                guard let known = try AccessEvent(event) else { continue }
                model.apply(known, version: event.header.version)
            }
            snapshot =
                if events.count == Self.batch, let last = events.last {
                    AccessSnapshot(model: model, size: last.position + 1, leaf: last.leaf)
                } else {
                    AccessSnapshot(model: model, size: head.size, leaf: head.leaf)
                }
        }
        self.snapshot = snapshot
        return snapshot
    }
}
