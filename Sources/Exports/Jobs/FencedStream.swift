import EventStore
import Events

/// The stream of an export, as whoever makes it writes to it: only for as long as nobody else does.
///
/// Whoever takes an export over, or calls it off, appends to its stream. From then on every append of the one before is
/// refused, so that a server that was cut off cannot finish what is another's.
actor FencedStream {
    private let service: ExportService
    private let name: String
    private let branch: String
    private var version: Int64
    /// Whether something of this turn is recorded.
    private(set) var isBegun = false

    init(_ service: ExportService, _ name: String, branch: String, version: Int64) {
        self.service = service
        self.name = name
        self.branch = branch
        self.version = version
    }

    /// Appends an event.
    ///
    /// - Throws: ``Fenced`` where somebody else has appended since.
    func append(_ event: some EventPayload) async throws {
        do {
            let receipt = try await service.append(
                [
                    StreamAppend(
                        stream: name,
                        expected: .exact(version),
                        events: [NewEvent(event, branch: branch)]
                    )
                ],
                by: Author(id: EventStore.systemActor)
            )
            version = receipt.events.last?.version ?? version
            isBegun = true
        } catch let error as AppendError {
            if case .versionConflict = error.code { throw Fenced() }
            throw error
        }
    }

    /// It is another's now, or called off.
    struct Fenced: Error {}
}
