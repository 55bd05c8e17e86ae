import Addresses
import HTTPTypes
import Hummingbird
import Monitoring
import Time

/// What is written down of a request when its answer has gone.
struct RequestAccount: Sendable {
    /// Methods by which requests are told apart; clients may send any word.
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// The template of the path, never what stands in its places.
    var route = RequestRecord.unrouted
    /// Who signed in.
    var actor = RequestRecord.nobody
    /// Where it came from.
    var address: IPAddress?
    /// The length of the body that was read.
    var requestBytes = 0
    /// Whether its answer lasts.
    var isLasting = false

    private let recorder: RequestRecorder?
    private let method: String
    private let traceID: String
    private let arrivedAt: Timestamp
    private let startedAt: ContinuousClock.Instant

    init(
        _ request: Request,
        _ trace: TraceContext,
        _ services: EndpointServices,
        _ startedAt: ContinuousClock.Instant
    ) {
        recorder = services.recorder
        let name = request.method.rawValue
        method = Self.methods.contains(name) ? name : "OTHER"
        traceID = trace.traceID
        self.startedAt = startedAt
        arrivedAt = services.clock()
        recorder?.begin()
    }

    /// The answer has gone.
    ///
    /// - Parameter bytes: the length of its body.
    func close(status: Int, bytes: Int) {
        guard let recorder else { return }
        recorder.end(
            RequestRecord(
                method: method,
                route: route,
                actor: actor,
                status: status,
                startedAt: arrivedAt,
                duration: ContinuousClock.now - startedAt,
                requestBytes: requestBytes,
                responseBytes: bytes,
                traceID: traceID,
                isLasting: isLasting
            )
        )
    }
}
