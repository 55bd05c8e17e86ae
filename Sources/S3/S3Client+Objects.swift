import Curl
import OpenSSL
import Time

extension S3Client {
    /// Writes an object; one of the same key is replaced.
    package func put(_ bytes: [UInt8], as key: String, lock: S3Lock? = nil) async throws(S3Error) {
        var request = Request(method: "PUT", key: key)
        request.body = bytes
        request.headers = Self.headers(lock) + [("content-md5", Base64.encode(MD5.hash(bytes)))]
        _ = try await send(request)
    }

    /// Reads an object, or a part of it.
    ///
    /// - Parameter range: must lie within the object.
    package func get(_ key: String, _ range: Range<Int64>? = nil, limit: Int = 1 << 30) async throws(S3Error) -> [UInt8]
    {
        if let range, range.isEmpty { return [] }
        var request = Request(method: "GET", key: key)
        request.limit = limit
        if let range { request.headers = [("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")] }
        let answer = try await send(request)
        guard range.map({ Int64(answer.body.count) == $0.upperBound - $0.lowerBound }) ?? true else {
            throw S3Error(.unexpected, "The S3 server answered another part of \(key) than was asked for.")
        }
        return answer.body
    }

    /// What the header of an object says.
    package func head(_ key: String) async throws(S3Error) -> S3Object {
        let answer = try await send(Request(method: "HEAD", key: key))
        guard let bytes = answer.header("Content-Length").flatMap({ Int64($0) }) else {
            throw S3Error(.unexpected, "The S3 server does not say how long \(key) is.")
        }
        return S3Object(
            key: key,
            bytes: bytes,
            tag: Self.unquoted(answer.header("ETag") ?? ""),
            lockedUntil: answer.header("x-amz-object-lock-retain-until-date").flatMap { Timestamp(rfc3339: $0) },
            version: answer.header("x-amz-version-id")
        )
    }

    /// Removes an object, or one of its versions; one that is not there is none of its concern.
    package func delete(_ key: String, version: String? = nil) async throws(S3Error) {
        let query = version.map { [("versionId", $0)] } ?? []
        do { _ = try await send(Request(method: "DELETE", key: key, query: query)) } catch {
            guard error.kind == .notFound else { throw error }
        }
    }

    /// Lets the lock of an object end later.
    package func lock(_ key: String, _ lock: S3Lock) async throws(S3Error) {
        let body = Array(
            """
            <Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>\(lock.mode.rawValue)</Mode>\
            <RetainUntilDate>\(lock.untilText)</RetainUntilDate></Retention>
            """.utf8
        )
        var request = Request(method: "PUT", key: key, query: [("retention", "")])
        request.headers = [("content-md5", Base64.encode(MD5.hash(body)))]
        request.body = body
        _ = try await send(request)
    }

    /// The objects whose keys begin with `prefix`, all pages of them; a million at most.
    ///
    /// - Parameter delimiter: what ends a folder; keys with it after the prefix are told by their folders alone.
    package func list(
        _ prefix: String,
        delimiter: String? = nil,
        pageSize: Int? = nil
    ) async throws(S3Error) -> S3Listing {
        var listing = S3Listing()
        var pages = ListingPages()
        var next: [String]?
        repeat {
            var query = [("list-type", "2"), ("prefix", prefix)]
            if let pageSize { query.append(("max-keys", String(pageSize))) }
            if let delimiter { query.append(("delimiter", delimiter)) }
            if let next { query.append(("continuation-token", next[0])) }
            let page = try await document(Request(method: "GET", query: query), "ListBucketResult")
            let (objects, folders) = (page.all("Contents"), page.all("CommonPrefixes"))
            for entry in objects { listing.objects.append(try Self.object(entry)) }
            for entry in folders {
                if let folder = try ListingPages.name(entry["Prefix"]) { listing.folders.append(folder) }
            }
            next = try pages.next(after: page, entries: objects.count + folders.count, "NextContinuationToken")
        } while next != nil
        return listing
    }

    /// All versions of the objects whose keys begin with `prefix`, and the marks of those that were removed.
    package func versions(_ prefix: String) async throws(S3Error) -> [S3Object] {
        var versions: [S3Object] = []
        var pages = ListingPages()
        var next: [String]?
        repeat {
            var query = [("versions", ""), ("prefix", prefix)]
            if let next { query += [("key-marker", next[0]), ("version-id-marker", next[1])] }
            let page = try await document(Request(method: "GET", query: query), "ListVersionsResult")
            let entries = page.all("Version") + page.all("DeleteMarker")
            for entry in entries {
                var object = try Self.object(entry)
                object.version = try ListingPages.name(entry["VersionId"])
                versions.append(object)
            }
            next = try pages.next(after: page, entries: entries.count, "NextKeyMarker", "NextVersionIdMarker")
        } while next != nil
        return versions
    }

    /// An answer that is a document with a root whose name begins so: servers do not agree on how it ends.
    func document(_ request: Request, _ root: String) async throws(S3Error) -> XMLNode {
        var request = request
        request.isForDocument = true
        let answer = try await send(request)
        guard let node = XMLNode(parsing: answer.body), node.name.hasPrefix(root) else {
            let asked = "\(request.method) \(bucket.name)\(request.key.isEmpty ? "" : "/")\(request.key)"
            throw S3Error(status: answer.status, body: answer.body, requestID: nil, asked: asked)
        }
        return node
    }

    static func headers(_ lock: S3Lock?) -> [(String, String)] {
        guard let lock else { return [] }
        return [
            ("x-amz-object-lock-mode", lock.mode.rawValue),
            ("x-amz-object-lock-retain-until-date", lock.untilText),
        ]
    }

    static func unquoted(_ tag: String) -> String { tag.filter { $0 != "\"" } }

    private static func object(_ entry: XMLNode) throws(S3Error) -> S3Object {
        guard let key = try ListingPages.name(entry["Key"]) else {
            throw S3Error(.unexpected, "The S3 server lists an object without a key.")
        }
        return S3Object(
            key: key,
            bytes: entry["Size"].flatMap { Int64($0) } ?? 0,
            tag: unquoted(try ListingPages.name(entry["ETag"]) ?? ""),
            modifiedAt: entry["LastModified"].flatMap { Timestamp(rfc3339: $0) }
        )
    }
}
