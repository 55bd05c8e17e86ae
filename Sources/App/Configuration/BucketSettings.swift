import Curl
import Files
package import ObjectStorage
package import S3

/// A bucket of an S3 server, and where in it.
package struct BucketSettings: Sendable, Equatable {
    /// The bucket.
    package var bucket: S3Bucket
    /// What comes before every name; empty for none.
    package var prefix: String
    /// Whose credentials of the file are used.
    package var profile: String
    /// How what is written there is locked; nil for not at all.
    package var lock: S3Lock.Mode?
    /// For how many days at least.
    package var lockDays: Int
}

/// How buckets are reached: whose credentials, and which certificates are trusted.
package struct BucketAccess: Sendable, Equatable {
    /// A file with credentials, in the form in which the command line of AWS keeps them.
    package var file: String?
    /// Credentials of the environment.
    package var given: S3Credentials?
    /// A file with the certificates that are trusted, in place of the system's.
    package var authorities: String?

    /// The objects of a bucket.
    ///
    /// - Throws: `ConfigurationError` where there are no credentials for it.
    package func objects(_ settings: BucketSettings) throws -> BucketObjects {
        _ = try Self.credentials(file, given, settings.profile)
        let (file, given, profile) = (file, given, settings.profile)
        let client = S3Client(
            settings.bucket,
            authorities: authorities,
            // The operator alone says where buckets are: in many places within a private network.
            client: try CurlClient(reach: .anywhere)
        ) { () throws(S3Error) -> S3Credentials in
            // Read each time: those that are lent for an hour are put there anew.
            do { return try Self.credentials(file, given, profile) } catch { throw S3Error(.invalid, "\(error)") }
        }
        return BucketObjects(client, prefix: settings.prefix, lock: settings.lock)
    }

    private static func credentials(
        _ file: String?,
        _ given: S3Credentials?,
        _ profile: String
    ) throws(ConfigurationError) -> S3Credentials {
        guard let file else {
            if let given { return given }
            throw SecretFile.refuse(.s3CredentialsFile, "is needed for a bucket, or AWS_ACCESS_KEY_ID and its secret.")
        }
        let text = try SecretFile.read(file, for: .s3CredentialsFile).reveal()
        guard let found = S3Credentials(file: text, profile: profile) else {
            throw SecretFile.refuse(.s3CredentialsFile, "has no profile \(profile) with a key and its secret.")
        }
        return found
    }
}

extension ConfigurationSource {
    mutating func bucketAccess() -> BucketAccess {
        var given: S3Credentials?
        switch (text(.awsAccessKeyID), text(.awsSecretAccessKey)) {
        case (let id?, let secret?):
            given = S3Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: text(.awsSessionToken))
        case (nil, nil): break
        default: refuse(.awsSecretAccessKey, "and \(ConfigurationKey.awsAccessKeyID.variable) go together.")
        }
        return BucketAccess(file: text(.s3CredentialsFile), given: given, authorities: text(.outgoingAuthorities))
    }

    /// Reads `s3://bucket/prefix?region=…&endpoint=…&style=…&profile=…&lock=…&lockDays=…`.
    mutating func bucket(_ text: String, for key: ConfigurationKey) -> BucketSettings? {
        let form =
            "has a bucket that is not s3://bucket[/prefix]?region=…[&endpoint=https://…][&style=path|virtual]"
            + "[&profile=…][&lock=governance|compliance&lockDays=…]."
        let parts = text.dropFirst("s3://".count).split(separator: "?", maxSplits: 1)
        var options: [String: String] = [:]
        for option in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, options.updateValue(pair[1], forKey: pair[0]) == nil else {
                refuse(key, form)
                return nil
            }
        }
        let path = (parts.first ?? "").split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var prefix = path.count > 1 ? String(path[1]) : ""
        while prefix.hasSuffix("/") { prefix.removeLast() }
        let isPlain =
            prefix.isEmpty
            || prefix.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
        let style = options["style"].map { S3Bucket.Style(rawValue: $0) }
        let lock = options["lock"].map { S3Lock.Mode(rawValue: $0.uppercased()) }
        let days = options["lockDays"].map { Int($0) }
        let known: Set = ["region", "endpoint", "style", "profile", "lock", "lockDays"]
        guard let name = path.first, isPlain, Set(options.keys).isSubset(of: known), style != .some(nil),
            lock != .some(nil), (lock == nil) == (days == nil), (1...36_500).contains((days ?? 1) ?? 0),
            let bucket = S3Bucket(
                name: String(name),
                region: options["region"] ?? "us-east-1",
                endpoint: options["endpoint"],
                style: style ?? nil
            )
        else {
            refuse(key, form)
            return nil
        }
        return BucketSettings(
            bucket: bucket,
            prefix: prefix,
            profile: options["profile"] ?? "default",
            lock: lock ?? nil,
            lockDays: (days ?? 0) ?? 0
        )
    }
}
