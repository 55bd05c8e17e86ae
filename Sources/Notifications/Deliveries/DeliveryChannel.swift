package import Events

/// A way by which somebody is told.
package typealias DeliveryChannel = Notifications.DeliveriesRecorded.Channel
