import Postgres
package import Time

/// A device that notifications are pushed to. The plan's DeviceToken.
package struct Device: Sendable, Hashable {
    /// Its id.
    package let id: String
    /// Whose it is.
    package let userID: String
    /// What kind of device it is: web, android or ios.
    package let kind: String
    /// What its owner calls it; nil once it was erased.
    package let name: String?
    /// Where pushes go, sealed; nil once it was erased.
    let address: String?
    /// When it was registered last.
    package let registeredAt: Timestamp

    init(_ row: PostgresRow) throws {
        id = try row.decode("device_id", as: String.self)
        userID = try row.decode("user_id", as: String.self)
        kind = try row.decode("kind", as: String.self)
        name = try row.decode("name", as: String?.self)
        address = try row.decode("address", as: String?.self)
        registeredAt = try row.decode("registered_at", as: Timestamp.self)
    }
}
