import App
import Backups
import EventStore
import Events
import Postgres
import TestSupport
import Testing

/// One branch alone, in a database of its own that nobody takes for a log.
@Suite struct BranchViewTests {
    private static func open(_ place: BackupPlace, _ branch: String, _ body: (String, BranchView) async throws -> Void)
        async throws
    {
        try await PostgresFixture.withFurtherDatabase { url in
            try await BackupPlace.withDirectory { directory in
                let configuration = try DaybookConfiguration(
                    flags: [.dataDirectory: directory, .port: "0"],
                    environment: place.environment.merging(["DATABASE_URL": url]) { $1 }
                )
                try await body(url, BranchView(configuration, repository: nil, logger: LogFixture.quiet))
            }
        }
    }

    private static func fill(_ place: BackupPlace) async throws {
        for (branch, students) in [("north", ["ada", "bob"]), ("south", ["cyd"])] {
            var events = [NewEvent(Institution.BranchOpened(branchID: branch, name: "The \(branch)"))]
            for student in students {
                events.append(
                    NewEvent(
                        Institution.StudentCreated(studentID: student, branchID: branch, name: "Name of \(student)")
                    )
                )
            }
            for (number, event) in events.enumerated() {
                _ = try await place.system.store.append(
                    AppendRequest(
                        streams: [StreamAppend(stream: "\(branch)-\(number)", events: [event])],
                        actor: "operator"
                    )
                )
            }
        }
    }

    @Test func onlyTheBranchIsThereAndNothingCanBeWritten() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place)
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await Self.open(place, "north") { url, view in
                var wish = BackupRestoration.Wish()
                wish.keysDirectory = "\(place.directory)/keys"
                let outcome = try await view.make(of: "north", wish)
                #expect(outcome.backupID == id && outcome.rows["people_students"] == 2)
                let schemas = try await Psql.run(
                    """
                    select string_agg(nspname, ',' order by nspname) from pg_namespace
                    where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
                    """,
                    on: url
                )
                #expect(schemas == BranchTables.schema)
                let seen = try await Psql.run(
                    """
                    set role \(BranchTables.role);
                    select string_agg(student_id, ',' order by student_id) from branch_view.people_students
                    """,
                    on: url
                )
                #expect(seen == "ada,bob")
                for attempt in [
                    "delete from branch_view.people_students",
                    "set role \(BranchTables.role); set default_transaction_read_only = off; delete from branch_view.people_students",
                    "set role \(BranchTables.role); set default_transaction_read_only = off; create table branch_view.more ()",
                ] {
                    await #expect(throws: (any Error).self) { try await Psql.run(attempt, on: url) }
                }
                // No server takes it for a place to begin a log in.
                let configuration = try DaybookConfiguration(
                    flags: [.dataDirectory: "\(place.directory)/other", .port: "0"],
                    environment: ["DATABASE_URL": url]
                )
                await #expect(throws: (any Error).self) {
                    try await DaybookSystem.withRunning(configuration, logger: LogFixture.quiet) { _, _ in }
                }
            }
        }
    }

    @Test func aBranchThatTheBackupDoesNotHaveIsTold() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place)
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await Self.open(place, "west") { _, view in
                var wish = BackupRestoration.Wish()
                wish.keysDirectory = "\(place.directory)/keys"
                do {
                    _ = try await view.make(of: "west", wish)
                    Issue.record("It was made.")
                } catch let error as BackupError {
                    #expect(error.kind == .notFound)
                }
            }
        }
    }
}
