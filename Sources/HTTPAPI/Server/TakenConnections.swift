import NIOCore
import Synchronization
import WebSockets

/// Connections that have left HTTP, and what goes on on them.
final class TakenConnections: Sendable {
    private let conversations = Mutex<[ObjectIdentifier: Task<Void, Never>]>([:])

    /// A conversation has begun on a connection.
    func add(_ channel: any Channel, _ conversation: Task<Void, Never>) {
        conversations.withLock { $0[ObjectIdentifier(channel)] = conversation }
    }

    /// Waits for the conversation on a connection that HTTP has let go, if there is one.
    func follow(_ channel: any Channel) async {
        guard let conversation = conversations.withLock({ $0.removeValue(forKey: ObjectIdentifier(channel)) }) else {
            return
        }
        channel.triggerUserOutboundEvent(WebSocketSession.Released(), promise: nil)
        await withTaskCancellationHandler {
            await conversation.value
        } onCancel: {
            conversation.cancel()
            channel.close(promise: nil)
        }
    }
}

/// Ends the handling of a connection's requests.
struct ConnectionTakenOver: Error {}
