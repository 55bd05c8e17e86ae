/// Who may have how many sockets open, and from where.
package struct SocketLimits: Sendable {
    /// Altogether.
    package var maximum: Int
    /// Of one user.
    package var maximumPerActor: Int
    /// Of one address, behind which there may be a whole school.
    package var maximumPerAddress: Int
    /// That have not signed in yet.
    package var maximumWaiting: Int
    /// That have not signed in yet, of one address: else one takes the places of all who wait.
    package var maximumWaitingPerAddress: Int
    /// How long one may take to sign in.
    package var signInTimeout: Duration
    /// How long a handler may go on once its socket has ended.
    package var handlerGrace: Duration
    /// Which pages may connect.
    package var origins: WebOrigins

    /// Limits.
    package init(
        maximum: Int = 10_000,
        maximumPerActor: Int = 20,
        maximumPerAddress: Int = 2_000,
        maximumWaiting: Int = 200,
        maximumWaitingPerAddress: Int = 20,
        signInTimeout: Duration = .seconds(10),
        handlerGrace: Duration = .seconds(5),
        origins: WebOrigins = .own
    ) {
        self.maximum = maximum
        self.maximumPerActor = maximumPerActor
        self.maximumPerAddress = maximumPerAddress
        self.maximumWaiting = maximumWaiting
        self.maximumWaitingPerAddress = maximumWaitingPerAddress
        self.signInTimeout = signInTimeout
        self.handlerGrace = handlerGrace
        self.origins = origins
    }
}
