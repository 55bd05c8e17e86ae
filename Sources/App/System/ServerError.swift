import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why the server cannot serve here.
package struct ServerError: Error, Sendable, CustomStringConvertible {
    /// What is in the way.
    package enum Code: Sendable, Hashable {
        /// Another server serves this data directory.
        case dataDirectoryInUse
        /// The address is another program's, or not one of this machine.
        case cannotListen
    }

    /// What is in the way.
    package var code: Code
    /// What to do about it.
    package var message: String
    /// The message.
    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What an error of the network means when a server begins to listen; nil for other errors.
    init?(listening error: any Error, at configuration: DaybookConfiguration) {
        let place = "\(configuration.host), port \(configuration.port)"
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            self.init(
                .cannotListen,
                "Another program listens on \(place) already. Choose another --port, or stop that program."
            )
        case let error as IOError where error.errnoCode == EACCES:
            self.init(.cannotListen, "This user may not listen on \(place). Choose a --port from 1024 on.")
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            self.init(.cannotListen, "\(configuration.host) is no address of this machine. Choose another --host.")
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            self.init(.cannotListen, "\(configuration.host) is not the name of an address. Choose another --host.")
        default: return nil
        }
    }
}
