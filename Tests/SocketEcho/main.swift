import Foundation
import HTTPAPI
import Logging
import ServiceLifecycle

// A server with sockets for tests and benchmarks, in a process of its own. Prints its port, ends at SIGTERM.

let options = try EchoOptions(Array(CommandLine.arguments.dropFirst()))
let announce: @Sendable (Int) -> Void = { port in FileHandle.standardOutput.write(Data("\(port)\n".utf8)) }
if options.isBare {
    try await BareEcho.run(onListening: announce)
} else {
    let access = EchoAccess()
    let echo = EchoSockets(access, options.sockets)
    let logger = Logger(label: "echo") { _ in SwiftLogNoOpLogHandler() }
    let application = try APIServer.application(
        echo.endpoints,
        sockets: echo.sockets,
        socketLimits: options.limits,
        description: APIDescription(version: "1"),
        readiness: [],
        services: EndpointServices(
            authenticator: access,
            authorizer: access,
            cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32))
        ),
        settings: options.server,
        logger: logger,
        onListening: { announce($0) }
    )
    let group = ServiceGroup(
        configuration: .init(services: [application], gracefulShutdownSignals: [.sigterm], logger: logger)
    )
    try await group.run()
}
