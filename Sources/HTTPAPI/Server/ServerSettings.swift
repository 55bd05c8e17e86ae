/// Where and how the server listens, and what it bears from a connection.
package struct ServerSettings: Sendable {
    /// The address to listen at.
    package var host: String
    /// The port; 0 takes any free one.
    package var port: Int
    /// How many connections are served at once; more wait in the backlog of the system.
    package var maximumConnections: Int
    /// The bytes of all header fields of a request together, and of the request line.
    package var maximumHeaderBytes: Int
    /// How long a connection may be without a request, and how long the head of a request may take to arrive.
    package var idleTimeout: Duration
    /// How long a request may take to arrive once its head is there.
    package var requestTimeout: Duration
    /// How long a client may leave an answer unread.
    package var responseTimeout: Duration
    /// How long running requests may go on once the server is asked to stop.
    package var shutdownGrace: Duration

    package init(
        host: String = "127.0.0.1",
        port: Int = 8080,
        maximumConnections: Int = 4_096,
        maximumHeaderBytes: Int = 32_768,
        idleTimeout: Duration = .seconds(60),
        requestTimeout: Duration = .seconds(30),
        responseTimeout: Duration = .seconds(60),
        shutdownGrace: Duration = .seconds(10)
    ) {
        self.host = host
        self.port = port
        self.maximumConnections = maximumConnections
        self.maximumHeaderBytes = maximumHeaderBytes
        self.idleTimeout = idleTimeout
        self.requestTimeout = requestTimeout
        self.responseTimeout = responseTimeout
        self.shutdownGrace = shutdownGrace
    }
}
