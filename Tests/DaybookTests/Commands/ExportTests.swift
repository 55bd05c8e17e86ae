import Foundation
import Testing

/// `daybook export`: files now, and again and again.
@Suite struct ExportTests {
    @Test func aReportIsMadeNowAndScheduled() async throws {
        try await Workplace.withDatabase { place in
            let file = "\(place.dataDirectory)/users.csv"
            let made = try await place.output(
                "export",
                "create",
                "identity.users",
                "--columns",
                "userId,kind",
                "--output",
                file
            )
            #expect(made.contains("Made "))
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("userId,kind\r\n"))
            try await place.output("export", "verify", file)

            try await place.output(
                "export",
                "schedule",
                "weekly-users",
                "identity.users",
                "--format",
                "xlsx",
                "--frequency",
                "weekly",
                "--weekday",
                "1",
                "--time",
                "06:30",
                "--zone",
                "Europe/Berlin"
            )
            let listed = try await place.output("export", "schedules")
            #expect(listed.contains("weekly-users") && listed.contains("xlsx") && listed.contains("operator"))
            let often = try await place.run(
                "export",
                "schedule",
                "often",
                "identity.users",
                "--frequency",
                "cron",
                "--cron",
                "* * * * *"
            )
            #expect(often.status == 2 && often.errors.contains("/cron"))
            try await place.output("export", "unschedule", "weekly-users")
            #expect(try await place.output("export", "schedules").contains("No exports are scheduled."))
            #expect(try await place.run("export", "unschedule", "weekly-users").status == 4)
        }
    }

    /// What is read from there is the file: a sentence at its end would be a part of it.
    @Test func standardOutputHasTheFileAndNothingElse() async throws {
        try await Workplace.withDatabase { place in
            let log = try await place.output("export", "log", "--output", "-")
            #expect(!log.contains("Wrote "))
            #expect(log.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
            let report = try await place.output(
                "export",
                "create",
                "identity.users",
                "--columns",
                "userId,kind",
                "--output",
                "-"
            )
            #expect(report.contains("userId,kind"))
            #expect(!report.contains("Made "))
        }
    }

    @Test func whereItCannotBeMadeTheCommandEndsAndSaysWhy() async throws {
        try await Workplace.withDatabase { place in
            var place = place
            // A file where a directory is to be.
            let obstacle = "\(place.dataDirectory)/obstacle"
            try Data().write(to: URL(fileURLWithPath: obstacle))
            place.settings["DAYBOOK_EXPORT_DIR"] = "\(obstacle)/exports"
            let outcome = try await place.run("export", "create", "identity.users")
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("is not made yet. Where exports are kept cannot be written."))
        }
    }
}
