import Foundation
import Synchronization
import Testing

@testable import Documents

@Suite struct WriterFileTests {
    @Test func nothingIsLeftOfADocumentThatIsGivenUp() throws {
        let scratch = try Scratch()
        do {
            let writer = try DocumentWriter(
                path: scratch.file,
                temporaryDirectory: scratch.path,
                setup: Scratch.setup()
            )
            try writer.paragraph("text")
            #expect(scratch.names == [])
        }
        #expect(scratch.names == [])
    }

    @Test func aCallerWhoDoesNotWantItAnyMoreLeavesNothing() throws {
        for last in [0, 2] {
            let scratch = try Scratch()
            let writer = try DocumentWriter(
                path: scratch.file,
                temporaryDirectory: scratch.path,
                setup: Scratch.setup()
            )
            for _ in 0..<5 {
                try writer.paragraph("text")
                try writer.pageBreak()
            }
            var seen: [Int] = []
            let error = try #require(throws: DocumentError.self) {
                try writer.finish { page, pages in
                    seen.append(page)
                    #expect(page == 0 || pages == 5)
                    return page < max(last, 1) && (last > 0 || pages < 2)
                }
            }
            #expect(error.code == .cancelled)
            #expect(seen.last == last)
            #expect(scratch.names == [])
        }
    }

    @Test func progressIsReportedForEveryPage() throws {
        let scratch = try Scratch()
        let writer = try DocumentWriter(path: scratch.file, temporaryDirectory: scratch.path, setup: Scratch.setup())
        for _ in 0..<4 {
            try writer.paragraph("text")
            try writer.pageBreak()
        }
        var seen: [Int] = []
        _ = try writer.finish { page, _ in
            if page > 0 { seen.append(page) }
            return true
        }
        #expect(seen == [1, 2, 3, 4])
        #expect(scratch.names == ["file.pdf"])
    }

    @Test func callsOutOfOrderAreRefused() throws {
        let scratch = try Scratch()
        let writer = try DocumentWriter(path: scratch.file, temporaryDirectory: scratch.path, setup: Scratch.setup())
        #expect(try #require(throws: DocumentError.self) { try writer.row([]) }.code == .order)
        #expect(try #require(throws: DocumentError.self) { try writer.beginTable([]) }.code == .order)
        try writer.heading("first")
        let cover = DocumentCover(institution: "", title: "", facts: [])
        #expect(try #require(throws: DocumentError.self) { try writer.cover(cover) }.code == .order)
        _ = try writer.finish()
        #expect(try #require(throws: DocumentError.self) { try writer.finish() }.code == .order)
        #expect(try #require(throws: DocumentError.self) { try writer.paragraph("") }.code == .order)
        #expect(scratch.names == ["file.pdf"])
    }

    @Test func aFileThatIsThereIsNotWrittenOver() throws {
        let scratch = try Scratch()
        try Data("kept".utf8).write(to: URL(fileURLWithPath: scratch.file))
        let writer = try DocumentWriter(path: scratch.file, temporaryDirectory: scratch.path, setup: Scratch.setup())
        try writer.paragraph("text")
        #expect(try #require(throws: DocumentError.self) { try writer.finish() }.code == .file)
        #expect(try String(contentsOfFile: scratch.file, encoding: .utf8) == "kept")
    }

    @Test func documentsAreMadeOnManyThreadsAtATime() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let sums = try await withThrowingTaskGroup(of: Data.self) { group in
            for number in 0..<6 {
                group.addTask {
                    let file = "\(path)/\(number).pdf"
                    let writer = try DocumentWriter(path: file, temporaryDirectory: path, setup: Scratch.setup())
                    try DocumentTests.fill(writer)
                    _ = try writer.finish()
                    return try Data(contentsOf: URL(fileURLWithPath: file))
                }
            }
            return try await group.reduce(into: Set<Data>()) { $0.insert($1) }
        }
        #expect(sums.count == 1)
    }

    /// In more fonts than Cairo keeps open.
    private static let scripts = [
        "Ελληνικά", "ไทย", "हिन्दी", "العربية", "ქართული", "Հայերեն", "தமிழ்", "বাংলা", "ગુજરાતી", "ខ្មែរ", "ລາວ", "አማርኛ", "ᏣᎳᎩ",
        "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "සිංහල", "ਪੰਜਾਬੀ", "မြန်မာ", "ᠮᠣᠩᠭᠣᠯ",
    ]

    /// Cairo keeps all threads' fonts in one library, which lets one thread at a time open and close them.
    @Test func fontsAreOpenedAndClosedByManyThreads() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let failures = Mutex<[any Error]>([])
        await withCheckedContinuation { done in
            Thread.detachNewThread {
                DispatchQueue.concurrentPerform(iterations: 240) { number in
                    do {
                        let writer = try DocumentWriter(
                            path: "\(path)/\(number).pdf",
                            temporaryDirectory: path,
                            setup: Scratch.setup()
                        )
                        try writer.heading("Ä 漢字 עברית")
                        for text in Self.scripts { try writer.paragraph("\(text) \(number)") }
                        _ = try writer.finish()
                    } catch {
                        failures.withLock { $0.append(error) }
                    }
                }
                done.resume()
            }
        }
        #expect(failures.withLock { $0.map { "\($0)" } } == [])
    }

    @Test func declarationsAgreeWithPangosHeaders() throws {
        let scratch = try Scratch()
        let shim = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources/CPango/shim.h")
        let check = """
            #include <pango/pangocairo.h>
            #define CPANGO_CHECK
            #include "\(shim.path)"
            _Static_assert(cpango_ltr == PANGO_DIRECTION_LTR && cpango_rtl == PANGO_DIRECTION_RTL, "");
            _Static_assert(cpango_wrap_word_char == PANGO_WRAP_WORD_CHAR, "");
            _Static_assert(cpango_ellipsize_end == PANGO_ELLIPSIZE_END && cpango_scale == PANGO_SCALE, "");
            _Static_assert(cpango_left == PANGO_ALIGN_LEFT && cpango_right == PANGO_ALIGN_RIGHT, "");
            _Static_assert(cpango_center == PANGO_ALIGN_CENTER, "");
            _Static_assert(sizeof(PangoDirection) == 4 && sizeof(PangoAlignment) == 4 && sizeof(gboolean) == 4, "");
            _Static_assert(sizeof(PangoWrapMode) == 4 && sizeof(PangoEllipsizeMode) == 4, "");
            _Static_assert(sizeof(PangoRectangle) == 4 * sizeof(int), "");
            """
        try check.write(toFile: "\(scratch.path)/check.c", atomically: true, encoding: .utf8)
        try Scratch.run(
            "sh",
            "-c",
            "clang -fsyntax-only $(pkg-config --cflags pangocairo) '\(scratch.path)/check.c'"
        )
    }
}
