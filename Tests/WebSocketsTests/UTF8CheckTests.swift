import Testing

@testable import WebSockets

@Suite struct UTF8CheckTests {
    private func isText(_ bytes: [UInt8], cuts: [Int] = []) -> Bool {
        var check = UTF8Check()
        var start = 0
        for end in cuts + [bytes.count] {
            guard Array(bytes[start..<end]).withUnsafeBytes({ check.feed($0) }) else { return false }
            start = end
        }
        return check.isComplete
    }

    /// The standard library is the other implementation.
    private func isKnownText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    @Test func everySequenceOfTwoBytesIsJudgedAsTheStandardLibraryDoes() {
        for first in UInt8.min ... .max {
            for second in UInt8.min ... .max {
                #expect(isText([first, second]) == isKnownText([first, second]), "\(first) \(second)")
            }
        }
    }

    @Test func longerSequencesAreJudgedAsTheStandardLibraryDoes() {
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF]
        for first in UInt8(0xC0)...0xFF {
            for second in edges {
                for third in edges {
                    #expect(isText([first, second, third]) == isKnownText([first, second, third]))
                    for fourth in edges {
                        let bytes = [first, second, third, fourth]
                        #expect(isText(bytes) == isKnownText(bytes), "\(bytes)")
                    }
                }
            }
        }
    }

    @Test func itDoesNotMatterWhereTextIsCut() {
        let text = Array("naïve κόσμε 日本語 𝄞 and a long run of plain letters 🏳️‍🌈 end".utf8)
        for cut in 0...text.count { #expect(isText(text, cuts: [cut])) }
        for cut in 0..<text.count {
            var broken = text
            broken.insert(0xFF, at: cut)
            #expect(!isText(broken, cuts: [cut / 2, cut]))
        }
    }

    @Test func theFirstByteThatCannotBeRightIsTold() {
        var check = UTF8Check()
        #expect([0xF4].withUnsafeBytes { _ in check.feed(UnsafeRawBufferPointer(start: nil, count: 0)) })
        #expect(([0xF4] as [UInt8]).withUnsafeBytes { check.feed($0) })
        #expect(!([0x90] as [UInt8]).withUnsafeBytes { check.feed($0) })
    }
}
