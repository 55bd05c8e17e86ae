import CLZ4

/// The LZ4 frame format, as `lz4 -d` reads it, with the checksum of the content.
package enum LZ4 {
    /// Bytes that are no frame, or not the one that was expected.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// What is wrong with them.
        package var message: String
        /// The message.
        package var description: String { message }
    }

    /// The bytes as one frame.
    package static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        preferences.frameInfo.contentSize = UInt64(bytes.count)
        var frame = [UInt8](repeating: 0, count: LZ4F_compressFrameBound(bytes.count, &preferences))
        let length = LZ4F_compressFrame(&frame, frame.count, bytes, bytes.count, &preferences)
        guard LZ4F_isError(length) == 0 else { throw failure("could not be compressed", length) }
        frame.removeLast(frame.count - length)
        return frame
    }

    /// The content of one frame.
    ///
    /// - Parameter limit: longer contents are refused, whatever the frame says of itself.
    package static func decompress(_ frame: [UInt8], limit: Int) throws -> [UInt8] {
        var context: OpaquePointer?
        let made = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(made) == 0, let context else { throw failure("could not be decompressed", made) }
        defer { LZ4F_freeDecompressionContext(context) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 262_144)
        var offset = 0
        while true {
            var (produced, consumed) = (buffer.count, frame.count - offset)
            let hint = frame.withUnsafeBytes { input in
                LZ4F_decompress(context, &buffer, &produced, input.baseAddress.map { $0 + offset }, &consumed, nil)
            }
            guard LZ4F_isError(hint) == 0 else { throw failure("could not be decompressed", hint) }
            offset += consumed
            guard content.count + produced <= limit else {
                throw Failure(message: "The compressed data is longer than it says.")
            }
            content.append(contentsOf: buffer[..<produced])
            if hint == 0 {
                guard offset == frame.count else { break }
                return content
            }
            guard consumed > 0 || produced > 0 else { break }
        }
        throw Failure(message: "The compressed data ends in the middle, or goes on after its end.")
    }

    private static func failure(_ what: String, _ code: Int) -> Failure {
        Failure(message: "The data \(what): \(String(cString: LZ4F_getErrorName(code))).")
    }
}
