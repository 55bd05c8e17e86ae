import Foundation
import Testing

@testable import PostgresServer

@Suite struct PostmasterTests {
    @Test func theLockFileTellsProcessSocketAndReadiness() throws {
        let text = "4711\n/data\n1700000000\n5432\n../socket\n\n  16294070         4\nready   \n"
        let postmaster = try #require(Postmaster(lockFile: text))
        #expect(postmaster.id == 4711)
        #expect(postmaster.socketDirectory == "../socket")
        #expect(postmaster.isReady)
    }

    @Test func aFileThatIsStillBeingWrittenIsNotReady() throws {
        let postmaster = try #require(Postmaster(lockFile: "4711\n/data\n1700000000\n5432\n"))
        #expect(!postmaster.isReady)
        #expect(try #require(Postmaster(lockFile: "4711\n\n\n\n\n\n\nstarting\n")).isReady == false)
    }

    @Test(arguments: ["", "\n", "postgres\n", "0\n"])
    func whatIsNoLockFileIsNoServer(text: String) {
        #expect(Postmaster(lockFile: text) == nil)
    }

    /// After the machine was started again, the number of a killed server may be anybody's: of a process of ours that works
    /// elsewhere, or of one that we may not even signal.
    @Test(arguments: [getpid()] + (geteuid() == 0 ? [] : [1]))
    func aProcessOfSomebodyElseIsNoServer(id: pid_t) async throws {
        try await withScratch { directory in
            let layout = try ClusterLayout(dataDirectory: directory)
            try PosixFile.makeDirectories(layout.data, mode: 0o700)
            try writeFile(layout.postmasterFile, "\(id)\n\(layout.data)\n1700000000\n5432\n/tmp\n\n1 2\nready   \n")
            #expect(Postmaster.running(layout) == nil)
        }
    }

    @Test func versionsAreReadFromWhatTheProgramPrints() {
        #expect(PostgresInstallation.version(in: "postgres (PostgreSQL) 15.4 (Debian 15.4-1)") == 15)
        #expect(PostgresInstallation.version(in: "postgres (PostgreSQL) 17devel") == 17)
        #expect(PostgresInstallation.version(in: "something else") == nil)
    }
}
