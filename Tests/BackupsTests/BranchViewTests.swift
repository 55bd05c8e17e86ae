import App
import Backups
import EventStore
import Events
import Foundation
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
                #expect(try await Self.schemas(url) == BranchTables.schema)
                let seen = try await Psql.run(
                    """
                    set role \(outcome.role);
                    select string_agg(student_id, ',' order by student_id) from branch_view.people_students
                    """,
                    on: url
                )
                #expect(seen == "ada,bob")
                for attempt in [
                    "delete from branch_view.people_students",
                    "set role \(outcome.role); set default_transaction_read_only = off; delete from branch_view.people_students",
                    "set role \(outcome.role); set default_transaction_read_only = off; create table branch_view.more ()",
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

    @Test func whatAuditorsAreNotShownIsNotInIt() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place)
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await Self.open(place, "north") { url, view in
                _ = try await view.make(of: "north", place.wish)
                let columns = try await Psql.run(
                    """
                    select string_agg(column_name, ',') from information_schema.columns
                    where table_schema = 'branch_view' and table_name = 'audit_log_entries'
                    """,
                    on: url
                ).split(separator: ",")
                #expect(columns.contains("resource_id"))
                #expect(Set(columns).isDisjoint(with: ["personal", "data", "changes", "ip_address", "user_agent"]))
            }
        }
    }

    @Test func whoMaySeeOneViewSeesNoOther() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place)
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await Self.open(place, "north") { url, view in
                let north = try await view.make(of: "north", place.wish).role
                try await Self.open(place, "south") { _, view in
                    let south = try await view.make(of: "south", place.wish).role
                    let rights = try await Psql.run(
                        """
                        select has_database_privilege('\(north)', current_database(), 'connect'),
                            has_database_privilege('\(south)', current_database(), 'connect')
                        """,
                        on: url
                    )
                    #expect(rights == "t|f")
                }
            }
        }
    }

    @Test func whereItFailsNothingIsLeftAndNoKeyIsEverStored() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place)
            // The keys are in the backup alone.
            _ = try await place.service.create(BackupOrder(.full, escrowsKeys: true), by: BackupPlace.author)
            try await PostgresFixture.withFurtherDatabase { url in
                try await BackupPlace.withDirectory { directory in
                    let configuration = try DaybookConfiguration(
                        flags: [.dataDirectory: directory, .port: "0"],
                        environment: place.environment.merging(["DATABASE_URL": url]) { $1 }
                    )
                    let view = BranchView(configuration, repository: nil, logger: LogFixture.quiet)
                    let error = await #expect(throws: BackupError.self) { try await view.make(of: "west", .init()) }
                    #expect(error?.kind == .notFound)
                    #expect(try await Self.schemas(url) == "")
                    _ = try await view.make(of: "north", .init())
                    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
                }
            }
        }
    }

    @Test func oneThatWasKilledAtItsEndMakesRoomForARestore() async throws {
        try await BackupPlace.open { place in
            try await Self.fill(place)
            let size = try await place.service.createFullBackup(by: BackupPlace.author).manifest.size
            try await place.restoring { (restoration, configuration, url) async throws -> Void in
                _ = try await BranchView(configuration, repository: nil, logger: LogFixture.quiet)
                    .make(of: "north", place.wish)
                try await Psql.run(
                    """
                    set default_transaction_read_only = off; create schema daybook_restore;
                    create table daybook_restore.under_way (); create table daybook_restore.loaded (size bigint not null);
                    insert into daybook_restore.loaded values (\(size))
                    """,
                    on: url
                )
                _ = try await restoration.run(place.wish)
                #expect(try await Psql.run("select to_regnamespace('branch_view') is null", on: url) == "t")
                try await DaybookSystem.withRunning(
                    configuration,
                    logger: LogFixture.quiet,
                    administrator: .withoutToken
                ) { (system, _) async throws -> Void in #expect(try await system.findings().isEmpty) }
            }
        }
    }

    private static func schemas(_ url: String) async throws -> String {
        try await Psql.run(
            """
            select string_agg(nspname, ',' order by nspname) from pg_namespace
            where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
            """,
            on: url
        )
    }
}
