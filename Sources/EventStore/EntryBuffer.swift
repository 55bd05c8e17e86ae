import Time

/// Memory of a size that was reckoned beforehand, filled from its start: entries are written by the million, and a
/// growing array would ask for its room at every byte.
struct EntryBuffer {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// What was written.
    var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[0..<count]) }

    /// Room for so many bytes, which are then written.
    @inline(__always)
    private mutating func take(_ length: Int) -> UnsafeMutableRawBufferPointer {
        // Checked in release builds as well: the slice below traps when there is no room left.
        defer { count += length }
        return UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + length])
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        take(text.utf8CodeUnitCount)
            .copyMemory(from: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ text: some Collection<UInt8>) {
        let isCopied: Void? = text.withContiguousStorageIfAvailable { bytes in
            take(bytes.count).copyMemory(from: UnsafeRawBufferPointer(bytes))
        }
        if isCopied == nil {
            for byte in text { append(byte) }
        }
    }

    /// A number in decimal.
    mutating func append(decimal value: Int64) {
        if value < 0 { append(0x2D) }
        var digits = 1
        var rest = value.magnitude / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        let room = take(digits)
        rest = value.magnitude
        for index in stride(from: digits - 1, through: 0, by: -1) {
            room[index] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        }
    }

    /// A moment as RFC 3339 has it.
    mutating func append(_ moment: Timestamp) {
        moment.writeRFC3339(into: take(Timestamp.rfc3339Length).bindMemory(to: UInt8.self))
    }

    /// Bytes in lower-case hexadecimal; a multiple of four of them.
    mutating func append(hex bytes: UnsafeRawBufferPointer) {
        let room = take(bytes.count * 2)
        for offset in stride(from: 0, to: bytes.count, by: 4) {
            room.storeBytes(of: hexDigits(of: bytes, at: offset).bigEndian, toByteOffset: 2 * offset, as: UInt64.self)
        }
    }

    /// 16 bytes in the form of RFC 9562.
    mutating func append(uuid bytes: UnsafeRawBufferPointer) {
        append(hex: UnsafeRawBufferPointer(rebasing: bytes[0..<4]))
        for offset in [4, 8] {
            let digits = hexDigits(of: bytes, at: offset)
            append(0x2D)
            append(fourDigits: UInt32(truncatingIfNeeded: digits >> 32))
            append(0x2D)
            append(fourDigits: UInt32(truncatingIfNeeded: digits))
        }
        append(hex: UnsafeRawBufferPointer(rebasing: bytes[12..<16]))
    }

    @inline(__always)
    private mutating func append(fourDigits digits: UInt32) {
        take(4).storeBytes(of: digits.bigEndian, as: UInt32.self)
    }

    /// The eight hexadecimal digits of four bytes, the first in the highest place.
    @inline(__always)
    private func hexDigits(of bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        var digits = UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        // Half a byte to each byte …
        digits = (digits << 16 | digits) & 0x0000_FFFF_0000_FFFF
        digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
        digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
        // … and from ten on, as much more as lies between "9" and "a".
        let letters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        return digits + 0x3030_3030_3030_3030 + letters * 0x27
    }
}
