import OpenSSL
package import Time

/// An upload in parts that was begun and not ended.
package struct S3Upload: Sendable, Hashable {
    /// Which object it is of.
    package var key: String
    /// The server's name for it.
    package var uploadID: String
    /// When it was begun; by the server's clock.
    package var begunAt: Timestamp?
}

/// A part of an upload that has arrived.
struct S3Part: Sendable, Hashable {
    var number: Int
    var bytes: Int64
    var tag: String
}

extension S3Client {
    /// The uploads under way of objects whose keys begin with `prefix`.
    package func uploads(_ prefix: String) async throws(S3Error) -> [S3Upload] {
        var uploads: [S3Upload] = []
        var pages = ListingPages()
        var next: [String]?
        repeat {
            var query = [("uploads", ""), ("prefix", prefix)]
            if let next { query += [("key-marker", next[0]), ("upload-id-marker", next[1])] }
            let page = try await document(Request(method: "GET", query: query), "ListMultipartUploadsResult")
            let entries = page.all("Upload")
            for entry in entries {
                guard let key = try ListingPages.name(entry["Key"]), let id = try ListingPages.name(entry["UploadId"]),
                    key.hasPrefix(prefix)
                else { continue }
                let begun = entry["Initiated"].flatMap { Timestamp(rfc3339: $0) }
                uploads.append(S3Upload(key: key, uploadID: id, begunAt: begun))
            }
            next = try pages.next(after: page, entries: entries.count, "NextKeyMarker", "NextUploadIdMarker")
        } while next != nil
        return uploads
    }

    /// Gives up an upload: its parts are removed.
    package func abort(_ upload: S3Upload) async throws(S3Error) {
        let request = Request(method: "DELETE", key: upload.key, query: [("uploadId", upload.uploadID)])
        do { _ = try await send(request) } catch {
            guard error.kind == .notFound else { throw error }
        }
    }

    func begin(_ key: String, _ lock: S3Lock?) async throws(S3Error) -> S3Upload {
        var request = Request(method: "POST", key: key, query: [("uploads", "")])
        request.headers = Self.headers(lock)
        let answer = try await document(request, "InitiateMultipartUploadResult")
        guard let id = answer["UploadId"], !id.isEmpty else {
            throw S3Error(.unexpected, "The S3 server began an upload and does not say which.")
        }
        return S3Upload(key: key, uploadID: id)
    }

    func parts(of upload: S3Upload) async throws(S3Error) -> [Int: S3Part] {
        var parts: [Int: S3Part] = [:]
        var pages = ListingPages()
        var next: [String]?
        repeat {
            var query = [("uploadId", upload.uploadID)]
            if let next { query.append(("part-number-marker", next[0])) }
            let page = try await document(
                Request(method: "GET", key: upload.key, query: query),
                "ListParts"
            )
            let entries = page.all("Part")
            for entry in entries {
                guard let number = entry["PartNumber"].flatMap({ Int($0) }) else { continue }
                parts[number] = S3Part(
                    number: number,
                    bytes: entry["Size"].flatMap { Int64($0) } ?? -1,
                    tag: Self.unquoted(try ListingPages.name(entry["ETag"]) ?? "")
                )
            }
            next = try pages.next(after: page, entries: entries.count, "NextPartNumberMarker")
        } while next != nil
        return parts
    }

    func send(_ bytes: [UInt8], _ digest: [UInt8], asPart number: Int, of upload: S3Upload) async throws(S3Error)
        -> S3Part
    {
        var request = Request(
            method: "PUT",
            key: upload.key,
            query: [("partNumber", String(number)), ("uploadId", upload.uploadID)]
        )
        request.body = bytes
        request.headers = [("content-md5", Base64.encode(digest))]
        let answer = try await send(request)
        guard let tag = answer.header("ETag") else {
            throw S3Error(.unexpected, "The S3 server took a part and does not say under which tag.")
        }
        return S3Part(number: number, bytes: Int64(bytes.count), tag: Self.unquoted(tag))
    }

    func complete(_ upload: S3Upload, _ parts: [S3Part], bytes: Int64) async throws(S3Error) {
        let list = parts.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>&quot;\(Self.escaped($0.tag))&quot;</ETag></Part>"
        }
        var request = Request(method: "POST", key: upload.key, query: [("uploadId", upload.uploadID)])
        request.body = Array(
            """
            <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\(list.joined())\
            </CompleteMultipartUpload>
            """.utf8
        )
        do { _ = try await document(request, "CompleteMultipartUploadResult") } catch {
            // Whoever asks a second time, because the first answer got lost, hears that there is no such upload.
            guard error.kind == .notFound, try await head(upload.key).bytes == bytes else { throw error }
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
