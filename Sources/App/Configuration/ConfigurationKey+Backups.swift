// Where backups are kept, and by what keys and credentials.
extension ConfigurationKey {
    package static let backupRepositories = ConfigurationKey(
        "DAYBOOK_BACKUP_REPOSITORIES",
        defaultValue: "main=backups in the data directory",
        "Where backups go: name=directory or name=s3://bucket/prefix?region=…, several separated by commas, the usual one "
            + "first. Name one that is on another machine."
    )
    package static let backupKeyFile = ConfigurationKey(
        "DAYBOOK_BACKUP_KEY_FILE",
        defaultValue: "none",
        "A file, closed to others, with 64 hexadecimal digits: the AES-256 key of backups. Further files after a comma are "
            + "keys of older ones. Keep a copy where the backups are not."
    )
    package static let backupPassphraseFile = ConfigurationKey(
        "DAYBOOK_BACKUP_PASSPHRASE_FILE",
        defaultValue: "none",
        "A file, closed to others, with words of which the key of backups is made, where there is no key file."
    )
    package static let rehearsalDays = ConfigurationKey(
        "DAYBOOK_BACKUP_REHEARSAL_DAYS",
        defaultValue: "never",
        "After how many days a restore of the newest backup is rehearsed again, in a database of its own that is dropped "
            + "afterwards; 1 to 366. The database user has to be allowed to make databases."
    )
    package static let rehearsalBytes = ConfigurationKey(
        "DAYBOOK_BACKUP_REHEARSAL_BYTES",
        defaultValue: "no bound",
        "How large a log may be, as its backups count it, for a restore of it to be rehearsed: there has to be room for all of it "
            + "once more on the server of the database, with its indexes and read models."
    )
    package static let s3CredentialsFile = ConfigurationKey(
        "DAYBOOK_S3_CREDENTIALS_FILE",
        defaultValue: "none: those of the environment",
        "A file, closed to others, with the credentials for buckets, in the form of AWS's command line: [profile], "
            + "aws_access_key_id = …, aws_secret_access_key = …; read again for each request."
    )
    package static let awsAccessKeyID = ConfigurationKey(
        "AWS_ACCESS_KEY_ID",
        defaultValue: "none",
        "The access key for buckets, where there is no DAYBOOK_S3_CREDENTIALS_FILE."
    )
    package static let awsSecretAccessKey = ConfigurationKey(
        "AWS_SECRET_ACCESS_KEY",
        defaultValue: "none",
        isSecret: true,
        "Its secret; better in the file."
    )
    package static let awsSessionToken = ConfigurationKey(
        "AWS_SESSION_TOKEN",
        defaultValue: "none",
        isSecret: true,
        "The token that goes with credentials that were lent."
    )
    package static let backupPlain = ConfigurationKey(
        "DAYBOOK_BACKUP_PLAIN",
        defaultValue: "off",
        "`on` lets backups be made without a key: whoever has the files reads them."
    )
}
