import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stands between a store and its PostgreSQL and breaks the connection at a commit, on demand.
///
/// A batch's COPY ends with a CopyDone message, after which the server runs the rest of the script up to COMMIT: the
/// connection is cut just before that message goes through, or once the server has said that all is done.
final class CommitBreaker: Sendable {
    enum Cut: Sendable {
        /// The server never learns of the commit.
        case beforeCommit
        /// The server has committed, and the answer is lost.
        case afterCommit
    }

    private struct State {
        var cut: Cut?
        var staysDown = false
        var isDown = false
        var cuts = 0
        var sockets: Set<Int32> = []
    }

    /// The URL to give to a store.
    let url: String
    private let directory: String
    private let target: String
    private let listener: Int32
    private let state = Mutex(State())

    /// Lends a way to the database of `url`, which must name a socket's directory.
    static func between<R>(_ url: String, _ body: (CommitBreaker) async throws -> R) async throws -> R {
        let breaker = try CommitBreaker(url)
        defer { breaker.close() }
        return try await body(breaker)
    }

    /// How many connections were cut.
    var cuts: Int { state.withLock { $0.cuts } }

    /// Cuts the next commit. - Parameter staysDown: no new connection is let through until `restore`.
    func arm(_ cut: Cut, staysDown: Bool = false) {
        state.withLock { state in
            state.cut = cut
            state.staysDown = staysDown
        }
    }

    /// Lets everybody through again.
    func restore() {
        state.withLock { state in
            state.isDown = false
            state.staysDown = false
            state.cut = nil
        }
    }

    // MARK: Sockets

    private init(_ url: String) throws {
        guard var parts = URLComponents(string: url),
            let host = parts.queryItems?.first(where: { $0.name == "host" })?.value
        else { throw CocoaError(.fileNoSuchFile) }
        target = "\(host)/.s.PGSQL.5432"
        directory = "/tmp/daybook-cut-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        guard mkdir(directory, 0o700) == 0 else { throw CocoaError(.fileWriteUnknown) }
        let directory = directory
        parts.queryItems = parts.queryItems?.map { item in
            item.name == "host" ? URLQueryItem(name: "host", value: directory) : item
        }
        self.url = parts.string ?? url
        listener = try Self.socket("\(directory)/.s.PGSQL.5432") { bind($0, $1, $2) }
        guard listen(listener, 64) == 0 else { throw CocoaError(.fileWriteUnknown) }
        Thread.detachNewThread { [self] in accept() }
    }

    private static func socket(
        _ path: String,
        _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        #if canImport(Glibc)
            let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = Darwin.socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8) + [0]
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { use(descriptor, $0, length) }
        }
        guard result == 0 else {
            shut(descriptor)
            throw CocoaError(.fileNoSuchFile)
        }
        return descriptor
    }

    private static func shut(_ descriptor: Int32) {
        shutdown(descriptor, Int32(SHUT_RDWR))
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }

    private func close() {
        Self.shut(listener)
        let sockets = state.withLock { state in
            state.isDown = true
            return state.sockets
        }
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func accept() {
        while true {
            #if canImport(Glibc)
                let client = Glibc.accept(listener, nil, nil)
            #else
                let client = Darwin.accept(listener, nil, nil)
            #endif
            guard client >= 0 else { return }
            guard !state.withLock({ $0.isDown }), let server = try? Self.socket(target, { connect($0, $1, $2) }) else {
                Self.shut(client)
                continue
            }
            state.withLock { $0.sockets.formUnion([client, server]) }
            let link = Link(client: client, server: server, breaker: self)
            Thread.detachNewThread { link.carryRequests() }
            Thread.detachNewThread { link.carryAnswers() }
        }
    }

    /// Takes the armed cut, if there is one.
    fileprivate func takeCut() -> Cut? {
        state.withLock { state in
            guard let cut = state.cut else { return nil }
            state.cut = nil
            state.cuts += 1
            if state.staysDown { state.isDown = true }
            return cut
        }
    }

    fileprivate func end(_ link: Link) {
        let isFirst = state.withLock { state in
            let isFirst = state.sockets.remove(link.client) != nil
            state.sockets.remove(link.server)
            return isFirst
        }
        if isFirst {
            // Those of the others are cut as well where all is to be down.
            let others = state.withLock { $0.isDown ? $0.sockets : [] }
            for socket in others { shutdown(socket, Int32(SHUT_RDWR)) }
            shutdown(link.client, Int32(SHUT_RDWR))
            shutdown(link.server, Int32(SHUT_RDWR))
        } else {
            // Both directions are over.
            Self.shut(link.client)
            Self.shut(link.server)
        }
    }
}

/// One connection, carried frame by frame.
private final class Link: Sendable {
    let client: Int32
    let server: Int32
    private let breaker: CommitBreaker
    private let swallows = Atomic<Bool>(false)

    init(client: Int32, server: Int32, breaker: CommitBreaker) {
        self.client = client
        self.server = server
        self.breaker = breaker
    }

    func carryRequests() {
        // The first message of a client has no type.
        carry(from: client, to: server, isStart: true) { type in
            guard type == UInt8(ascii: "c"), let cut = breaker.takeCut() else { return true }
            if cut == .beforeCommit { return false }
            swallows.store(true, ordering: .sequentiallyConsistent)
            return true
        }
    }

    func carryAnswers() {
        carry(from: server, to: client, isStart: false) { type in
            // ReadyForQuery: the whole script has run, and the answer stops here.
            !(swallows.load(ordering: .sequentiallyConsistent) && type == UInt8(ascii: "Z"))
        }
    }

    /// Carries frames until one is refused, or either side is gone.
    private func carry(from: Int32, to: Int32, isStart: Bool, _ mayPass: (UInt8) -> Bool) {
        defer { breaker.end(self) }
        var isStart = isStart
        var buffered: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(from, &chunk, chunk.count)
            guard count > 0 else { return }
            buffered += chunk[..<count]
            var start = 0
            while true {
                let header = isStart ? 0 : 1
                guard buffered.count - start >= header + 4 else { break }
                let length = buffered[(start + header)..<(start + header + 4)].reduce(0) { $0 << 8 | Int($1) }
                guard buffered.count - start >= header + length else { break }
                let end = start + header + length
                if !isStart, !mayPass(buffered[start]) { return }
                let isSwallowed = from == server && swallows.load(ordering: .sequentiallyConsistent)
                if !isSwallowed, !send(buffered[start..<end], to) { return }
                isStart = false
                start = end
            }
            buffered.removeFirst(start)
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let piece = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Glibc)
                    let count = Glibc.send(descriptor, piece.baseAddress, piece.count, Int32(MSG_NOSIGNAL))
                #else
                    let count = write(descriptor, piece.baseAddress, piece.count)
                #endif
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
