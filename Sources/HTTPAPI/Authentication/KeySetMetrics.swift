import Metrics

/// What Prometheus is told about the keys of the identity provider.
enum KeySetMetrics {
    /// Notes that the keys were read.
    ///
    /// - Parameter count: how many keys there are now.
    static func noteRead(count: Int) {
        reading("read")
        Gauge(label: "daybook_sign_in_keys").record(count)
        noteAge(.zero)
    }

    /// Notes that they could not be read.
    static func noteFailure(_ code: KeySetError.Code, age: Duration?) {
        reading(code.rawValue)
        if let age { noteAge(age) }
    }

    /// Notes that a token named a key that does not exist.
    static func noteUnknownKey() { Counter(label: "daybook_sign_in_unknown_keys_total").increment() }

    private static func noteAge(_ age: Duration) {
        Gauge(label: "daybook_sign_in_keys_age_seconds").record(age.components.seconds)
    }

    private static func reading(_ outcome: String) {
        Counter(label: "daybook_sign_in_key_readings_total", dimensions: [("outcome", outcome)]).increment()
    }
}
