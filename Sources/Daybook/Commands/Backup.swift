import ArgumentParser

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, check, keep and restore backups of the log.",
        discussion: """
            A backup is a folder of compressed, encrypted files and a signed manifest, in a repository \
            (DAYBOOK_BACKUP_REPOSITORIES). It holds all that cannot be made again: events, checkpoints, idempotency keys, \
            and the signing keys if they are asked for. docs/backups.md has the format.

            EXAMPLES:
              daybook backup create --full
              daybook backup create
              daybook backup verify
              daybook backup restore --data-dir /srv/new --keys /safe/keys
            """,
        subcommands: [
            BackupCreate.self, BackupList.self, BackupShow.self, BackupVerify.self, BackupCopy.self, BackupPreview.self,
            BackupRestore.self, BackupRehearse.self, BackupPrune.self, BackupSchedule.self,
        ]
    )
}

/// Which repository a command is about.
struct RepositoryOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The repository; the first one that is set if not given.", valueName: "name"))
    var repository: String?
}
