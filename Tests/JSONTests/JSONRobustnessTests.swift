import JSON
import Testing

/// Properties that hold for any value and any bytes.
@Suite struct JSONRobustnessTests {
    @Test func everyValueReadsBackAsItWasWritten() throws {
        var random = RandomJSON(seed: 1)
        for _ in 0..<3_000 {
            let value = random.value(depth: 5)
            let bytes = value.bytes
            let parsed = try JSONValue(parsing: bytes)
            #expect(parsed == value)
            #expect(parsed.bytes == bytes)
        }
    }

    @Test func whatIsAcceptedAfterAnyMutationReadsBackToo() throws {
        var random = RandomJSON(seed: 2)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = random.value(depth: 3).bytes
            for _ in 0..<random.int(1...4) { random.mutate(&bytes) }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            accepted += 1
            let parsed = try JSONValue(parsing: value.bytes)
            #expect(parsed == value)
        }
        #expect(accepted > 100)
    }

    @Test func everyPrefixOfAnObjectIsRefused() throws {
        let bytes = Array(#"{"a":[1.5e3,"\u00e9\ud83d\ude00é",{"b":null,"c":true}],"d":-0}"#.utf8)
        _ = try JSONValue(parsing: bytes)
        for length in bytes.indices {
            #expect(throws: JSONParsingError.self) { try JSONValue(parsing: bytes[..<length]) }
        }
    }
}

/// Random values from a seed, so that a failure can be had again.
struct RandomJSON {
    private var generator: SplitMix

    init(seed: UInt64) {
        generator = SplitMix(state: seed)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &generator)
    }

    mutating func value(depth: Int) -> JSONValue {
        switch int(0...(depth > 0 ? 7 : 4)) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .number(JSONNumber(Int64.random(in: .min ... .max, using: &generator)))
        case 3: return JSONNumber(Double(bitPattern: generator.next())).map(JSONValue.number) ?? 0
        case 4: return .string(string())
        case 5: return .array((0..<int(0...5)).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<int(0...6) { object[string()] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    mutating func string() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<int(0...12) {
            let ranges: [ClosedRange<Int>] = [
                0x20...0x7E, 0x01...0x1F, 0x7F...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF,
            ]
            if let scalar = Unicode.Scalar(UInt32(int(ranges[int(0...4)]))) { text.append(scalar) }
        }
        return String(text)
    }

    mutating func mutate(_ bytes: inout [UInt8]) {
        let hot = Array("{}[]\",:\\u0123456789eE+-.truefalsn \u{e9}".utf8)
        let place = bytes.isEmpty ? 0 : int(0...(bytes.count - 1))
        switch int(0...3) {
        case 0 where !bytes.isEmpty: bytes[place] = UInt8(int(0...255))
        case 1 where !bytes.isEmpty: bytes[place] = hot[int(0...(hot.count - 1))]
        case 2 where !bytes.isEmpty: bytes.remove(at: place)
        default: bytes.insert(hot[int(0...(hot.count - 1))], at: place)
        }
    }
}

/// Sebastiano Vigna's SplitMix64.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
