/// Which delivery of one way: of what, to whom, and to which device.
struct DeliveryKey: Sendable, Hashable {
    var notificationID: String
    var userID: String
    /// Nil where the way has none.
    var deviceID: String?
}
