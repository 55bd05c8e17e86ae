import CLibpq

/// The data of a `COPY … TO STDOUT`, in pieces of whole messages, read as they are asked for.
///
/// The connection runs nothing else until the stream has ended or was dropped; dropping it early cancels the COPY on
/// the server. May be iterated once.
package struct CopyOutStream: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    let connection: PostgresConnection
    let text: String
    let deadline: Duration?

    package struct AsyncIterator: AsyncIteratorProtocol {
        let stream: CopyOutStream
        var held: HeldTurn?

        package mutating func next() async throws -> [UInt8]? {
            let held: HeldTurn
            if let current = self.held {
                held = current
            } else {
                held = try await stream.connection.beginCopyOut(stream.text, deadline: stream.deadline)
                self.held = held
            }
            return try await stream.connection.nextPiece(held)
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(stream: self, held: nil)
    }
}

extension PostgresConnection {
    /// Streams what a `COPY … TO STDOUT` sends.
    ///
    /// - Parameter deadline: For the stream as a whole.
    package nonisolated func copyOut(_ text: String, deadline: Duration? = nil) -> CopyOutStream {
        CopyOutStream(connection: self, text: text, deadline: deadline)
    }

    nonisolated func beginCopyOut(_ text: String, deadline: Duration?) async throws -> HeldTurn {
        try await hold(text, deadline: deadline) { connection in
            _ = try await connection.startCopyOut(text)
        }
    }

    /// The next messages, as many as are there, up to about 64 KiB; nil at the end.
    nonisolated func nextPiece(_ held: HeldTurn) async throws -> [UInt8]? {
        let piece = try await advance(held) { connection in
            let line = try connection.openLine()
            var piece: [UInt8] = []
            while piece.count < Self.copyMessageSize {
                switch connection.appendCopyMessage(to: &piece, line) {
                case .appended:
                    continue
                case .nothingYet:
                    if !piece.isEmpty { return piece }
                    try await connection.wait(for: .readable)
                    try connection.consume(line)
                case .end:
                    _ = try await connection.collect(line)
                    connection.endTurn(held.turn)
                    return piece
                }
            }
            return piece
        }
        return piece?.isEmpty == false ? piece : nil
    }

    private enum CopyMessage {
        case appended
        case nothingYet
        case end
    }

    private func appendCopyMessage(to piece: inout [UInt8], _ line: ServerLine) -> CopyMessage {
        var data: UnsafeMutablePointer<CChar>?
        let length = PQgetCopyData(line.pointer, &data, 1)
        switch length {
        case 1...:
            if piece.isEmpty { piece.reserveCapacity(Self.copyMessageSize + Int(length)) }
            piece.append(contentsOf: UnsafeRawBufferPointer(start: data, count: Int(length)))
            PQfreemem(data)
            return .appended
        case 0:
            return .nothingYet
        default:
            // -2 is an error as well, which the result that follows tells.
            return .end
        }
    }
}
