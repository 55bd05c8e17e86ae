import HTTPTypes
import Institution
import JSON

extension Endpoint {
    /// `POST /events`: takes in what the institution's other systems report.
    package static func events(_ access: InstitutionAccess) -> [Endpoint] {
        [
            Endpoint(
                .post,
                "/events",
                "Report what happened",
                details: """
                    Takes CloudEvents 1.0 in structured, binary and batched mode, of the types of area `institution` in \
                    the event catalogue. Each becomes a signed event once it fits its schema and what is known; \
                    `source` and `id` name it, so that it can be sent again without harm and is answered as the first \
                    time. Each type takes a permission of its own, `events.<type>:write`, in the event's branch.

                    The events of a batch are taken in their order, each by itself: what is refused is answered item by \
                    item with a problem, and nothing of it is kept. A batch is answered with 200 if all of it is in the \
                    log, else with 207.
                    """,
                tag: "events",
                access: .signedIn,
                inputs: CloudEventsBody(),
                outputs: .json(.created, .recordedEvent, "The event is in the log."),
                .json(.ok, .recordedEvents, "All events of the batch are in the log."),
                .json(.multiStatus, .recordedEvents, "Some events of the batch are in the log."),
                problems: .unknownEventType,
                .futureEvent,
                .unknownReference,
                .alreadyThere,
                .standsOtherwise,
                .eventIDReused,
                .forbidden,
                .versionConflict,
                .unavailable
            ) { context, body in
                let outcomes = try await access.record(body.events, context)
                if body.isBatch { return .recorded(outcomes, of: body.events) }
                guard let outcome = outcomes.first, case .recorded(let fact) = outcome else {
                    throw outcomes.first?.problem ?? Problem(.badRequest, "There is no event in the request.")
                }
                return Reply.json(.created, position: fact.event.position) { writer in
                    writer.object { fact.writeReceipt(to: &$0) }
                }
                .located(at: "/log/events/\(fact.event.position)")
            }
        ]
    }
}

extension InstitutionAccess {
    /// An outcome for each event, in their order; those that are none are refused here.
    fileprivate func record(
        _ events: [Result<ReceivedFact, FactRefusal>],
        _ context: RequestContext
    ) async throws -> [FactOutcome] {
        let received = events.compactMap { try? $0.get() }
        var recorded = try await service.record(received, by: try await sender(context))[...]
        return events.map { event in
            if case .failure(let refusal) = event { return .refused(refusal) }
            return recorded.popFirst() ?? .refused(FactRefusal(.contended, "Send it again."))
        }
    }
}

extension HTTPResponse.Status {
    /// RFC 4918, section 11.1: what became of each part stands in the body.
    static let multiStatus = HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status")
}

extension Schema {
    private static let eventReceipt = Schema.object(
        .required("position", .position),
        .required("eventId", .identifier),
        .required("stream", .string()),
        .required("version", .integer().described("The event's index in its stream")),
        .required("leaf", .string().described("The leaf hash, in hexadecimal")),
        .required("checkpointSize", .integer().described("The size of the first checkpoint that covers it")),
        .required("recordedAt", .timestamp)
    ).named("EventReceipt")

    /// What a single event is answered with.
    static let recordedEvent = Schema.object(.required("receipt", eventReceipt))

    /// What a batch is answered with.
    static let recordedEvents = Schema.object(
        .required("recorded", .integer().described("How many events are in the log")),
        .required("refused", .integer().described("How many are not")),
        .required(
            "items",
            .array(
                of: .object(
                    .required("index", .integer().described("The event's index in the batch, from 0")),
                    .optional("id", .string().described("The event's id, if it has one")),
                    .required("status", .integer().described("What it would have been answered with alone")),
                    .optional("receipt", eventReceipt),
                    .optional("problem", .anyObject.described("Why it is not in the log (RFC 9457)"))
                )
            ).described("One for each event, in their order")
        )
    )
}

extension Reply {
    /// The answer to a batch.
    fileprivate static func recorded(
        _ outcomes: [FactOutcome],
        of events: [Result<ReceivedFact, FactRefusal>]
    ) -> Reply {
        var refused = 0
        var last: Int64?
        var writer = JSONWriter(reservingCapacity: 384 * (outcomes.count + 1))
        writer.beginObject()
        writer.name("items")
        writer.beginArray()
        for (index, (outcome, event)) in zip(outcomes, events).enumerated() {
            writer.beginObject()
            writer.name(literal: "index")
            writer.value(index)
            if case .success(let received) = event {
                writer.name(literal: "id")
                writer.value(received.id)
            }
            if case .recorded(let fact) = outcome {
                writer.name(literal: "status")
                writer.value(201)
                fact.writeReceipt(to: &writer)
                last = max(last ?? 0, fact.event.position)
            } else if let problem = outcome.problem {
                refused += 1
                writer.name(literal: "status")
                writer.value(problem.kind.status.code)
                writer.name(literal: "problem")
                problem.write(to: &writer)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.name(literal: "recorded")
        writer.value(outcomes.count - refused)
        writer.name(literal: "refused")
        writer.value(refused)
        writer.endObject()
        return Reply(refused == 0 ? .ok : .multiStatus, .bytes(writer.bytes), .json, position: last)
    }
}

extension RecordedFact {
    fileprivate func writeReceipt(to writer: inout JSONWriter) {
        writer.name(literal: "receipt")
        writer.beginObject()
        writer.name(literal: "position")
        writer.value(event.position)
        writer.name(literal: "eventId")
        writer.value(event.id.uuidString.lowercased())
        writer.name(literal: "stream")
        writer.value(event.stream)
        writer.name(literal: "version")
        writer.value(event.version)
        writer.name(literal: "leaf")
        writer.value(event.leaf.hex)
        writer.name(literal: "checkpointSize")
        writer.value(checkpointSize)
        writer.name(literal: "recordedAt")
        writer.value(recordedAt)
        writer.endObject()
    }
}
