import CLibpq
import Logging

/// Owns one `PGconn`. Belongs to one actor and never leaves it.
final class ServerLine {
    let pointer: OpaquePointer
    /// Made once connected; usable by any thread.
    private(set) var cancelToken: CancelToken?
    private let notices: NoticeSink

    /// Takes over the connection, which may still be in the making.
    init(_ pointer: OpaquePointer, logger: Logger) {
        self.pointer = pointer
        notices = NoticeSink(logger: logger)
        PQsetNoticeReceiver(
            pointer,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(result)
            },
            Unmanaged.passUnretained(notices).toOpaque()
        )
    }

    deinit {
        PQfinish(pointer)
    }

    /// To be called once when the connection stands.
    func becomeReady() {
        PQsetnonblocking(pointer, 1)
        cancelToken = PQgetCancel(pointer).map(CancelToken.init)
    }

    var descriptor: Int32 { PQsocket(pointer) }
    var isBroken: Bool { PQstatus(pointer) == CONNECTION_BAD }
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(pointer) }

    /// What the server said when it closed the idle connection.
    var farewell: ServerDiagnostics? { notices.farewell }

    /// libpq's words for what went wrong, on one line.
    var message: String {
        guard let text = PQerrorMessage(pointer) else { return "" }
        return String(cString: text).split { $0.isWhitespace }.joined(separator: " ")
    }
}

/// Takes the server's notices, which libpq would write to stderr.
private final class NoticeSink {
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// The server's last words, if it closed the connection while that was idle: libpq passes them on as a notice.
    private(set) var farewell: ServerDiagnostics?

    func receive(_ result: OpaquePointer) {
        let notice = ServerDiagnostics(reading: result)
        if notice.severity == "FATAL" || notice.severity == "PANIC" { farewell = notice }
        let level: Logger.Level = notice.severity == "WARNING" ? .notice : .debug
        logger.log(
            level: level,
            "\(notice.message ?? "notice without a message")",
            metadata: ["sqlState": "\(notice.sqlState?.rawValue ?? "")"]
        )
    }
}
