import Access
import JSON
import Monitoring
import Time

extension Endpoint {
    /// `GET /logs/requests`: which requests were made, by whom, and how they ended.
    static func requestLogs(_ access: LogsAccess) -> Endpoint {
        let permission = BuiltInPermission.readRequestLogs
        return Endpoint(
            .get,
            "/logs/requests",
            "Read which requests were made",
            details: "Newest first. That this was read is recorded before it is shown.",
            tag: "logs",
            access: .permission(permission.name),
            mayBeKept: false,
            inputs: RequestFilter(),
            AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.requestLogs, "The requests."),
            problems: .unavailable
        ) { context, query, asOf, page in
            if page.after == nil, asOf == nil { await access.monitoring.requests.record() }
            let size = try await access.size(asOf: asOf, cursor: page.after)
            let rows = try await access.monitoring.reader.requests(
                query,
                before: page.after.map { ($0.position, Int64($0.key) ?? 0) },
                size: size,
                limit: page.limit + 1
            )
            let shown = Array(rows.prefix(page.limit))
            try await access.audit.record(
                .events,
                filter: query.json,
                returned: Int64(shown.count),
                by: try await access.history.reader(permission, context)
            )
            let next = rows.count > page.limit ? shown.last : nil
            return .listing(
                shown,
                .requestLogs,
                page: page,
                next: next.map { PageCursor(position: $0.position, key: String($0.place), asOf: size) },
                position: Reply.position(ofSize: size),
                context
            )
        }
    }

    /// `GET /logs/api-metrics`: how many requests, how many failed, how long they took, by route.
    static func requestMetrics(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/logs/api-metrics",
            "See how requests went in a stretch of time",
            details: """
                Counts are exact, whatever is sampled; durations are within a hundredth (HdrHistogram). Measurements \
                are made for stretches of a minute, and whole ones are taken in.
                """,
            tag: "logs",
            access: .permission(BuiltInPermission.readRequestMetrics.name),
            mayBeKept: false,
            inputs: Query("from", .timestamp, "The beginning; an hour before the end where left out."),
            Query("to", .timestamp, "The end; now where left out."),
            AsOf(),
            outputs: .json(
                .ok,
                .object(
                    .required("from", .timestamp),
                    .required("to", .timestamp),
                    .required("requests", .integer()),
                    .required("clientErrors", .integer()),
                    .required("serverErrors", .integer()),
                    .required("errorRate", .number.described("The share of requests that failed in the server")),
                    .required("routes", .array(of: Columns<RouteMeasurement>.routes.schema))
                ),
                "What was measured."
            ),
            problems: .unavailable
        ) { context, from, to, asOf in
            let end = to ?? context.now
            let start = from ?? end - .seconds(3_600)
            guard start < end else { throw Problem.parameter(.query, "to", "does not lie after from.") }
            guard end - start <= .seconds(31 * 86_400) else {
                throw Problem.parameter(.query, "from", "lies more than 31 days before to.")
            }
            if asOf == nil { await access.monitoring.requests.record(measurements: true) }
            let size = try await access.size(asOf: asOf)
            let measured = try await access.monitoring.reader.measurements(from: start, to: end, size: size)
            let rate = try await access.monitoring.reader.errorRate(from: start, to: end, size: size)
            return .json(position: Reply.position(ofSize: size)) {
                $0.object { writer in
                    writer.member("from", measured.from ?? start)
                    writer.member("to", measured.to ?? end)
                    writer.member("requests", rate.requests)
                    writer.member("clientErrors", rate.clientErrors)
                    writer.member("serverErrors", rate.serverErrors)
                    writer.member("errorRate", rate.rate)
                    writer.member(
                        "routes",
                        array: { writer in
                            for route in measured.routes { Columns.routes.write(route, to: &writer) }
                        }
                    )
                }
            }
        }
    }
}

/// Which requests are asked for.
struct RequestFilter: EndpointInput {
    private let method = Query<String?>("method", .text(1...10), "With this method.")
    private let route = Query<String?>("route", .text(1...200), "Answered by this path template.")
    private let actor = Query<String?>("actor", .identifier, "By this user.")
    private let status = Query<Int?>("status", .count(100...599), "Answered with this status.")
    private let minimum = Query<Int?>("minStatus", .count(100...599), "Answered with this status or a higher one.")
    private let duration = Query<Int?>("minDurationMs", .count(0...3_600_000), "Took at least so many milliseconds.")
    private let trace = Query<String?>("traceId", .text(32...32), "Of this trace.")
    private let from = Query("from", .timestamp, "Arrived at this time or later.")
    private let to = Query("to", .timestamp, "Arrived at this time or earlier.")

    func describe(in operation: inout OperationDescription) {
        for input in [method, route, actor, trace] { input.describe(in: &operation) }
        for input in [status, minimum, duration] { input.describe(in: &operation) }
        for input in [from, to] { input.describe(in: &operation) }
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> RequestQuery? {
        let known = problems.count
        var query = RequestQuery()
        query.method = try method.read(from: request, problems: &problems) ?? nil
        query.route = try route.read(from: request, problems: &problems) ?? nil
        query.actor = try actor.read(from: request, problems: &problems) ?? nil
        query.traceID = try trace.read(from: request, problems: &problems) ?? nil
        let exact = try status.read(from: request, problems: &problems) ?? nil
        let least = try minimum.read(from: request, problems: &problems) ?? nil
        let milliseconds = try duration.read(from: request, problems: &problems) ?? nil
        query.from = try from.read(from: request, problems: &problems) ?? nil
        query.to = try to.read(from: request, problems: &problems) ?? nil
        if exact != nil, least != nil {
            problems.append(FieldProblem(.query, "minStatus", "cannot be given together with status."))
        }
        query.minimumStatus = exact ?? least
        query.maximumStatus = exact
        query.minimumDuration = milliseconds.map { .milliseconds($0) }
        if let from = query.from, let to = query.to, from > to {
            problems.append(FieldProblem(.query, "to", "lies before from."))
        }
        return problems.count == known ? query : nil
    }
}

extension RequestQuery {
    /// The question as it is recorded.
    fileprivate var json: JSONObject {
        var json: JSONObject = ["list": "requests"]
        if let method { json["method"] = .string(method) }
        if let route { json["route"] = .string(route) }
        if let actor { json["actor"] = .string(actor) }
        if let minimumStatus { json["minStatus"] = .number(JSONNumber(Int64(minimumStatus))) }
        if let maximumStatus { json["maxStatus"] = .number(JSONNumber(Int64(maximumStatus))) }
        if let minimumDuration {
            let (seconds, attoseconds) = minimumDuration.components
            json["minDurationMs"] = .number(JSONNumber(seconds * 1_000 + attoseconds / 1_000_000_000_000_000))
        }
        if let traceID { json["traceId"] = .string(traceID) }
        if let from { json["from"] = .string(from.rfc3339) }
        if let to { json["to"] = .string(to.rfc3339) }
        return json
    }
}
