import NIOCore

/// What a close frame says.
package struct WebSocketClose: Sendable, Hashable {
    /// A control frame holds 125 bytes, two of which are the code.
    private static let maximumReasonBytes = 123

    /// Why.
    package let code: WebSocketCloseCode
    /// In words; a client may be given a token here to come back with.
    package let reason: String

    /// A close. The reason is cut to the 123 bytes that a frame has room for, between characters.
    package init(_ code: WebSocketCloseCode, _ reason: String = "") {
        self.code = code
        if reason.utf8.count <= Self.maximumReasonBytes {
            self.reason = reason
        } else {
            var cut = ""
            for character in reason {
                guard cut.utf8.count + character.utf8.count <= Self.maximumReasonBytes else { break }
                cut.append(character)
            }
            self.reason = cut
        }
    }

    /// What goes into the frame: nothing for a code that may not be sent.
    var payload: ByteBuffer {
        guard code.isAllowedOnTheWire else { return ByteBuffer() }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(2 + reason.utf8.count)
        buffer.writeInteger(code.rawValue)
        buffer.writeString(reason)
        return buffer
    }

    /// Reads what a frame holds (section 5.5.1).
    static func read(_ payload: ByteBuffer) -> Result<WebSocketClose, WebSocketViolation> {
        var payload = payload
        guard payload.readableBytes > 0 else { return .success(WebSocketClose(.noneGiven)) }
        guard let number = payload.readInteger(as: UInt16.self) else {
            return .failure(.protocolError("A close code has two bytes."))
        }
        let code = WebSocketCloseCode(rawValue: number)
        guard code.isAllowedOnTheWire else {
            return .failure(.protocolError("\(number) is not a close code that may be sent."))
        }
        var check = UTF8Check()
        guard payload.withUnsafeReadableBytes({ check.feed($0) }), check.isComplete else {
            return .failure(.invalidText)
        }
        return .success(WebSocketClose(code, String(buffer: payload)))
    }
}

/// What a client did that its session does not survive.
struct WebSocketViolation: Error, Hashable {
    let close: WebSocketClose

    static func protocolError(_ reason: String) -> Self { Self(close: WebSocketClose(.protocolError, reason)) }
    static let invalidText = Self(close: WebSocketClose(.invalidData, "The text is not UTF-8."))
    static func tooLarge(_ limit: Int) -> Self {
        Self(close: WebSocketClose(.messageTooLarge, "A message may have \(limit) bytes."))
    }
    static let tooFast = Self(close: WebSocketClose(.policyViolation, "Too many frames in too short a time."))
    static let notDeflated = Self(close: WebSocketClose(.invalidData, "The compressed message cannot be expanded."))
}
