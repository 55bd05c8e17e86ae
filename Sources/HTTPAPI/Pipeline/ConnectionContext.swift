package import Hummingbird
import Logging
import NIOCore

/// What Hummingbird hands over with each request.
package struct ConnectionContext: InitializableFromSource, Sendable {
    let channel: any Channel
    let logger: Logger

    package init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }
}
