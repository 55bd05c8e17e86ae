import ArgumentParser

struct BackupSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Have the server make backups by itself.",
        subcommands: [BackupScheduleSet.self, BackupScheduleList.self, BackupScheduleCancel.self]
    )
}
