import Testing

@testable import PostgresServer

@Suite struct ServerLogTests {
    @Test func theOldestFilesGoBeyondTheBound() async throws {
        try await withScratch { directory in
            for day in 10..<30 { try writeFile("\(directory)/postgresql-202601\(day)-000000.log", "\(day)\n") }
            try writeFile("\(directory)/notes.txt", "mine")
            let log = ServerLog(directory: directory)
            log.prune()
            #expect(log.files.count == ServerLog.keptFiles)
            #expect(log.files.first == "postgresql-20260122-000000.log")
            #expect(log.lastLines(5) == ["29"])
            #expect(exists("\(directory)/notes.txt"))
        }
    }
}
