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

    @Test func versionsAreReadFromWhatTheProgramPrints() {
        #expect(PostgresInstallation.version(in: "postgres (PostgreSQL) 15.4 (Debian 15.4-1)") == 15)
        #expect(PostgresInstallation.version(in: "postgres (PostgreSQL) 17devel") == 17)
        #expect(PostgresInstallation.version(in: "something else") == nil)
    }
}
