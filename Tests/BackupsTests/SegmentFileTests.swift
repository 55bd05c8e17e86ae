import OpenSSL
import Testing

@testable import Backups

@Suite struct SegmentFileTests {
    private static let content = (0..<(3 << 20) / 2).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }

    private func cipher(_ byte: UInt8 = 7) throws -> AES256GCM {
        try AES256GCM(key: [UInt8](repeating: byte, count: 32))
    }

    private func decode(_ file: [UInt8], name: String = "a.seg", id: String = "b", key: UInt8 = 7) throws -> [UInt8] {
        try SegmentFile.decode(file, name: name, backupID: id, length: Self.content.count, cipher(key))
    }

    @Test(arguments: [true, false]) func whatWasWrittenIsRead(isLocked: Bool) throws {
        let key = isLocked ? try cipher() : nil
        for content in [[], [1], Self.content] {
            let file = try SegmentFile.encode(content, name: "a.seg", backupID: "b", key)
            let read = try SegmentFile.decode(file, name: "a.seg", backupID: "b", length: content.count, key)
            #expect(read == content)
        }
    }

    @Test func aFileOpensInItsPlaceAlone() throws {
        let file = try SegmentFile.encode(Self.content, name: "a.seg", backupID: "b", cipher())
        #expect(try decode(file) == Self.content)
        #expect(throws: BackupError.self) { try decode(file, name: "c.seg") }
        #expect(throws: BackupError.self) { try decode(file, id: "c") }
        #expect(throws: BackupError.self) { try decode(file, key: 8) }
    }

    @Test func anyBitThatChangesIsFound() throws {
        let file = try SegmentFile.encode(Self.content, name: "a.seg", backupID: "b", cipher())
        for _ in 0..<60 {
            var altered = file
            altered[Int.random(in: altered.indices)] ^= 1 << UInt8.random(in: 0..<8)
            #expect(throws: BackupError.self) { try decode(altered) }
        }
        for _ in 0..<20 {
            #expect(throws: BackupError.self) { try decode(Array(file.prefix(Int.random(in: 0..<file.count)))) }
        }
        #expect(throws: BackupError.self) { try decode(file + [0]) }
    }

    @Test func piecesCannotBeLeftOutOrSwapped() throws {
        let file = try SegmentFile.encode(Self.content, name: "a.seg", backupID: "b", cipher())
        let magic = 18
        let length = file[magic..<magic + 4].reduce(0) { $0 << 8 | Int($1) } + 4
        let first = Array(file[magic..<magic + length])
        let second = Array(file[(magic + length)...])
        for others in [first, second, second + first, first + first] {
            #expect(throws: BackupError.self) { try decode(Array(file.prefix(magic)) + others) }
        }
    }

    @Test func whatCouldNotBeReadAgainIsNotWritten() throws {
        let content = [UInt8](repeating: 0, count: SegmentFile.lengthLimit + 1)
        #expect(throws: BackupError.self) {
            try SegmentFile.encode(content, name: "a.seg", backupID: "b", cipher())
        }
    }
}
