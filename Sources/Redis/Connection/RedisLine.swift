import CHiredis

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One connection, owned by one thread: never blocks but in `poll`, and there never past a deadline.
///
/// After any failure it must not be used again, since replies would be taken for those of other commands.
final class RedisLine {
    private let context: UnsafeMutablePointer<redisContext>
    private let maximumReplyBytes: Int

    /// Connects, signs in, chooses the database and waits for the server's first words. A server that accepts but does
    /// not answer is not connected to.
    init(_ configuration: RedisConfiguration) throws(RedisError) {
        let made =
            switch configuration.place {
            case .network(let host, let port): redisConnectNonBlock(host, Int32(port))
            case .socket(let path): redisConnectUnixNonBlock(path)
            }
        guard let made else { throw RedisError(.connectionLost, "There is no memory for a connection to Redis.") }
        context = made
        maximumReplyBytes = configuration.maximumReplyBytes
        try check()
        let deadline = ContinuousClock.now + configuration.connectTimeout
        _ = try wait(for: Int16(POLLOUT), until: deadline)
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0, error == 0 else {
            throw RedisError(.connectionLost, "No Redis answers: \(String(cString: strerror(error))).")
        }
        try greet(configuration, until: deadline)
    }

    deinit { redisFree(context) }

    var descriptor: Int32 { context.pointee.fd }

    private func greet(_ configuration: RedisConfiguration, until deadline: ContinuousClock.Instant) throws(RedisError)
    {
        var commands: [RedisCommand] = []
        if let password = configuration.password {
            commands.append(RedisCommand("AUTH", ([configuration.user, password] as [String?]).compactMap(\.self)))
        }
        commands.append(RedisCommand("CLIENT", "SETNAME", "daybook"))
        if configuration.database != 0 { commands.append(RedisCommand("SELECT", configuration.database)) }
        commands.append(RedisCommand("PING"))
        for reply in try exchange(commands.flatMap(\.encoded), count: commands.count, until: deadline) {
            if case .error(let message) = reply {
                throw RedisError(.server, "Redis refuses the connection: \(message)")
            }
        }
    }

    /// Sends commands and takes so many replies.
    func exchange(
        _ commands: [UInt8],
        count: Int,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [RedisReply] {
        let appended = commands.withUnsafeBytes { bytes in
            redisAppendFormattedCommand(context, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
        guard appended == REDIS_OK else { throw failure() }
        var replies: [RedisReply] = []
        replies.reserveCapacity(count)
        var isSent: Int32 = 0
        var taken = 0
        while true {
            if isSent == 0, redisBufferWrite(context, &isSent) != REDIS_OK { throw failure() }
            let wanted = Int16(POLLIN) | (isSent == 0 ? Int16(POLLOUT) : 0)
            let ready = try wait(for: wanted, until: deadline)
            guard ready & ~Int16(POLLOUT) != 0 else { continue }
            guard redisBufferRead(context) == REDIS_OK else { throw failure() }
            taken = max(taken, context.pointee.reader.pointee.len)
            guard taken <= maximumReplyBytes else {
                throw RedisError(.protocolViolation, "Redis answers with more bytes than were allowed.")
            }
            while let reply = try nextReply() {
                replies.append(reply)
                if replies.count == count { return replies }
            }
        }
    }

    /// Whether a connection that awaits nothing can still be used: the server neither spoke nor hung up.
    var isQuiet: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 0
    }

    private func nextReply() throws(RedisError) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &raw) == REDIS_OK else { throw failure() }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        return RedisReply(raw.assumingMemoryBound(to: redisReply.self))
    }

    private func wait(for events: Int16, until deadline: ContinuousClock.Instant) throws(RedisError) -> Int16 {
        while true {
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let outcome = poll(&entry, 1, (deadline - ContinuousClock.now).pollMilliseconds)
            if outcome > 0 { return entry.revents }
            if outcome == 0 {
                guard ContinuousClock.now < deadline else {
                    throw RedisError(.timedOut, "Redis did not answer in time.")
                }
            } else if errno != EINTR {
                throw RedisError(.connectionLost, "The connection to Redis cannot be waited for.")
            }
        }
    }

    private func check() throws(RedisError) {
        if context.pointee.err != 0 { throw failure() }
    }

    private func failure() -> RedisError {
        // hiredis's text names the system's error or its own; it quotes no command.
        let text = withUnsafeBytes(of: &context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let code: RedisError.Code = context.pointee.err == REDIS_ERR_PROTOCOL ? .protocolViolation : .connectionLost
        return RedisError(code, "The connection to Redis failed: \(text.isEmpty ? "unknown cause" : text).")
    }
}

extension Duration {
    /// For `poll`: rounded up, so that nobody wakes before the time and spins.
    var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(min(seconds, 86_400) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
