/// What a session bears from its client, and how long it waits.
package struct WebSocketSettings: Sendable {
    /// The longest message that is taken, after decompression and with its fragments together; more is closed with 1009.
    package var maximumMessageBytes: Int
    /// How many frames of all kinds may come in a second in the long run, and at once; more is closed with 1008.
    package var framesPerSecond: Double
    /// How many frames may come at once.
    package var frameBurst: Int
    /// How many received messages wait for the owner of the session before no more is read from the connection.
    package var inboxMessages: Int
    /// How many bytes may be on their way to the client; who offers more has the client detached.
    package var outgoingBytes: Int
    /// How many messages may be on their way to the client.
    package var outgoingMessages: Int
    /// How long the connection may be quiet before a ping; spread by a tenth, so that not all pings fall together.
    package var pingInterval: Duration
    /// How long the client may take to answer a ping.
    package var pongTimeout: Duration
    /// How long the client may take to answer a close, and to read what was sent before it.
    package var closeTimeout: Duration
    /// From which size on messages to clients that can decompress are compressed; nil never compresses.
    package var compressedFrom: Int?

    /// Settings; the defaults suit a client that mostly listens.
    package init(
        maximumMessageBytes: Int = 65_536,
        framesPerSecond: Double = 50,
        frameBurst: Int = 200,
        inboxMessages: Int = 16,
        outgoingBytes: Int = 262_144,
        outgoingMessages: Int = 1_024,
        pingInterval: Duration = .seconds(30),
        pongTimeout: Duration = .seconds(20),
        closeTimeout: Duration = .seconds(5),
        compressedFrom: Int? = 512
    ) {
        self.maximumMessageBytes = maximumMessageBytes
        self.framesPerSecond = framesPerSecond
        self.frameBurst = frameBurst
        self.inboxMessages = inboxMessages
        self.outgoingBytes = outgoingBytes
        self.outgoingMessages = outgoingMessages
        self.pingInterval = pingInterval
        self.pongTimeout = pongTimeout
        self.closeTimeout = closeTimeout
        self.compressedFrom = compressedFrom
    }
}
