import Logging
import TestSupport
import Testing

@testable import PostgresServer

/// Each refusal says what is wrong, where, and what to do.
@Suite struct RefusalTests {
    @Test func missingServerProgramsNameThePackage() async throws {
        try await withScratch { directory in
            let cluster = PrivateCluster(
                dataDirectory: directory,
                options: ClusterOptions(binaries: "/nowhere"),
                logger: Logger(label: "test")
            )
            let error = await refusal(of: cluster)
            #expect(error?.code == .serverNotInstalled)
            #expect(error?.message.contains("apt-get install postgresql-15") == true)
        }
    }

    @Test func aDirectoryThatIsNoClusterIsLeftAlone() async throws {
        try await withScratch { directory in
            try makeDirectory("\(directory)/postgres")
            try makeDirectory("\(directory)/postgres/data")
            try writeFile("\(directory)/postgres/data/letters", "mine")
            let error = await refusal(of: .quick(directory))
            #expect(error?.code == .unusableDataDirectory)
            #expect(exists("\(directory)/postgres/data/letters"))
        }
    }

    @Test func aClusterOfAnotherReleaseIsRefused() async throws {
        try await withScratch { directory in
            try await PrivateCluster.quick(directory).withCluster { _ in }
            try writeFile("\(directory)/postgres/data/PG_VERSION", "14\n")
            let error = await refusal(of: .quick(directory))
            #expect(error?.code == .unusableDataDirectory)
            #expect(error?.message.contains("PostgreSQL 14") == true)
        }
    }

    @Test func aFileInTheWayIsNamed() async throws {
        try await withScratch { directory in
            try writeFile("\(directory)/file", "mine")
            let error = await refusal(of: .quick("\(directory)/file"))
            #expect(error?.code == .unusableDataDirectory)
            #expect(error?.message.contains("\(directory)/file") == true)
        }
    }

    @Test func aServerThatDoesNotStartGivesItsReason() async throws {
        try await withScratch { directory in
            try await PrivateCluster.quick(directory).withCluster { _ in }
            try writeFile("\(directory)/postgres/local.conf", "no_such_setting = 1\n")
            let error = await refusal(of: .quick(directory))
            #expect(error?.code == .startFailed)
            #expect(error?.message.contains("no_such_setting") == true)

            // A refusal holds no lock: once put right, it starts.
            try writeFile("\(directory)/postgres/local.conf", "")
            try await PrivateCluster.quick(directory).withCluster { cluster in
                #expect(cluster.processID != nil)
            }
        }
    }

    @Test(arguments: [
        ("FATAL:  could not write to file \"x\": No space left on device", PrivateClusterError.Code.diskFull),
        ("FATAL:  could not open file \"x\": Permission denied", .permissionDenied),
        ("FATAL:  anything else", .startFailed),
    ])
    func theServersWordsDecideTheKind(words: String, code: PrivateClusterError.Code) {
        let error = PrivateClusterError.program("PostgreSQL", failedWith: words, as: .startFailed)
        #expect(error.code == code)
        #expect(error.message.contains(words))
    }

    private func refusal(of cluster: PrivateCluster) async -> PrivateClusterError? {
        await #expect(throws: PrivateClusterError.self) { try await cluster.start() }
    }
}
