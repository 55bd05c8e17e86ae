import Histogram
package import JSON

/// What the requests of one route were like.
package struct RouteMeasurement: Sendable {
    /// The method.
    package var method: String
    /// The path template.
    package var route: String
    /// How many requests.
    package var requests: Int64 = 0
    /// How many were the client's fault.
    package var clientErrors: Int64 = 0
    /// How many were the server's fault.
    package var serverErrors: Int64 = 0
    /// Bytes of bodies that came.
    package var requestBytes: Int64 = 0
    /// Bytes of bodies that went.
    package var responseBytes: Int64 = 0
    private var histogram: Histogram<UInt64>

    /// No requests yet.
    package init(method: String, route: String) {
        self.method = method
        self.route = route
        // A microsecond to ten minutes, within a hundredth.
        histogram = Histogram(
            lowestDiscernibleValue: 1,
            highestTrackableValue: 600_000_000,
            numberOfSignificantValueDigits: .two
        )
    }

    mutating func record(_ record: RequestRecord) {
        requests += 1
        if record.isClientError { clientErrors += 1 }
        if record.isServerError { serverErrors += 1 }
        requestBytes += Int64(record.requestBytes)
        responseBytes += Int64(record.responseBytes)
        histogram.record(min(600_000_000, max(1, UInt64(record.microseconds))))
    }

    /// Takes in what was measured elsewhere or before.
    package mutating func add(_ other: RouteMeasurement) {
        requests += other.requests
        clientErrors += other.clientErrors
        serverErrors += other.serverErrors
        requestBytes += other.requestBytes
        responseBytes += other.responseBytes
        histogram.add(other.histogram)
    }

    /// The duration, in microseconds, that so many of a hundred requests did not exceed.
    package func microseconds(atPercentile percentile: Double) -> Int64 {
        requests == 0 ? 0 : Int64(histogram.valueAtPercentile(percentile))
    }

    /// The mean duration in microseconds.
    package var meanMicroseconds: Int64 { requests == 0 ? 0 : Int64(histogram.mean.rounded()) }
    /// The longest in microseconds.
    package var slowestMicroseconds: Int64 { requests == 0 ? 0 : Int64(histogram.max) }

    /// How many took longer than a duration.
    func count(over microseconds: UInt64) -> Int64 {
        Int64(histogram.totalCount) - Int64(histogram.count(within: 0...microseconds))
    }

    // MARK: As events have it

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("method", method)
            json.member("route", route)
            json.member("requests", requests)
            json.member("clientErrors", clientErrors)
            json.member("serverErrors", serverErrors)
            json.member("requestBytes", requestBytes)
            json.member("responseBytes", responseBytes)
            json.member(
                "histogram",
                array: { json in
                    for value in histogram.recordedValues() {
                        json.array { json in
                            json.value(Int64(value.value))
                            json.value(Int64(value.count))
                        }
                    }
                }
            )
        }
    }

    /// Reads what ``write(to:)`` wrote; nil if it is something else.
    package init?(_ value: JSONValue) {
        guard let object = value.object, let method = object["method"]?.string, let route = object["route"]?.string,
            let pairs = object["histogram"]?.array
        else { return nil }
        self.init(method: method, route: route)
        requests = object["requests"]?.int64 ?? 0
        clientErrors = object["clientErrors"]?.int64 ?? 0
        serverErrors = object["serverErrors"]?.int64 ?? 0
        requestBytes = object["requestBytes"]?.int64 ?? 0
        responseBytes = object["responseBytes"]?.int64 ?? 0
        for pair in pairs {
            guard let pair = pair.array, pair.count == 2, let micros = pair[0].int64, let count = pair[1].int64,
                micros > 0, count > 0
            else { return nil }
            histogram.record(min(600_000_000, UInt64(micros)), count: UInt64(count))
        }
    }
}
