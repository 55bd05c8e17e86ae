import ArgumentParser

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make reports into files, and say where a file is from; or write a range of the log to a file.",
        discussion: """
            Without a subcommand it is `daybook export log`. docs/exports.md has the reports.

            EXAMPLES:
              daybook export --output log.ndjson
              daybook export create students --format csv --branch north --output students.csv
              daybook export verify students.csv
            """,
        subcommands: [
            ExportLog.self, ExportCreate.self, ExportList.self, ExportShow.self, ExportDownload.self, ExportCancel.self,
            ExportPrune.self, ExportVerify.self, ExportSchedule.self, ExportSchedules.self, ExportUnschedule.self,
        ],
        defaultSubcommand: ExportLog.self
    )
}
