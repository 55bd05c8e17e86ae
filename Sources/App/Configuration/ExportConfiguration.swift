package import Exports

/// Where exports are kept, and how they are made.
package struct ExportConfiguration: Sendable {
    /// The directory of their files; with a bucket, of those that are being made.
    package var directory: String
    /// The bucket of their files; nil where the directory has them.
    package var bucket: BucketSettings?
    /// How the bucket is reached.
    package var access: BucketAccess
    /// How they are made.
    package var settings: ExportSettings

    /// Where they are kept.
    ///
    /// - Throws: `ConfigurationError` where there are no credentials for the bucket.
    package func storage() throws -> any ExportStorage {
        guard let bucket else { return ExportDirectory(path: directory) }
        return ExportObjects(try access.objects(bucket), scratchIn: directory)
    }
}

extension ConfigurationSource {
    mutating func exportConfiguration(dataDirectory: String, access: BucketAccess) -> ExportConfiguration {
        var settings = ExportSettings()
        settings.workers = integer(.exportWorkers, in: 0...64)
        settings.keepDays = integer(.exportDays, in: 1...3_650)
        settings.bytesPerOwner = Int64(integer(.exportQuota, in: 1...1_000_000)) << 20
        return ExportConfiguration(
            directory: text(.exportDirectory) ?? "\(dataDirectory)/exports",
            bucket: exportBucket(),
            access: access,
            settings: settings
        )
    }

    private mutating func exportBucket() -> BucketSettings? {
        guard let text = text(.exportBucket) else { return nil }
        guard text.hasPrefix("s3://") else {
            refuse(.exportBucket, "must be s3://bucket[/prefix]?region=….")
            return nil
        }
        let settings = bucket(text, for: .exportBucket)
        if settings?.lock != nil { refuse(.exportBucket, "may not lock: files of exports are removed.") }
        return settings
    }
}
